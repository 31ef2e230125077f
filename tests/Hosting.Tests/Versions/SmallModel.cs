using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNet.GradientTrainers.Hosting.Tests.Versions;

/// <summary>Models that are fitted at once and told apart by what they answer.</summary>
internal static class SmallModel
{
    private sealed class Row
    {
        public float X { get; set; }
    }

    /// <summary>A model that multiplies X by a factor.</summary>
    public static (ITransformer Model, DataViewSchema Schema) Of(int factor)
    {
        var context = new MLContext(1);
        var rows = context.Data.LoadFromEnumerable(new[] { new Row { X = 0 }, new Row { X = 1f / factor } });
        return (context.Transforms.NormalizeMinMax("Y", "X", fixZero: false).Fit(rows), rows.Schema);
    }

    public static ModelVersion Publish(this ModelStore store, int factor, bool activate = true)
    {
        var (model, schema) = Of(factor);
        return store.Publish(model, schema, new ModelVersionDetails { Notes = $"times {factor}" }, activate);
    }

    public static string Write(string path, int factor)
    {
        var (model, schema) = Of(factor);
        new MLContext().Model.Save(model, schema, path);
        return path;
    }

    /// <summary>The factor of the model in a file, which must be whole.</summary>
    public static int FactorOf(string path)
    {
        var context = new MLContext(1);
        Assert.IsTrue(context.Model.TryLoad(path, out var model, out _, out string? problem), problem);
        return (int)Math.Round(model.Transform(context.Data.LoadFromEnumerable(new[] { new Row { X = 1 } })).GetColumn<float>("Y").Single());
    }
}
