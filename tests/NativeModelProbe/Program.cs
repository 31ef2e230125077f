using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNet.GradientTrainers.NativeModelProbe;

/// <summary>Loads a model file, in a process that has ML.NET alone, and prints the scores of rows that are given as numbers joined by commas.</summary>
internal static class Program
{
    private static void Main(string[] arguments)
    {
        var context = new MLContext();
        var model = context.Model.Load(arguments[0], out _);
        float[][] rows = [.. arguments.Skip(1).Select(a => a.Split(',').Select(n => float.Parse(n, CultureInfo.InvariantCulture)).ToArray())];
        var definition = SchemaDefinition.Create(typeof(Row));
        definition[nameof(Row.Features)].ColumnType = new VectorDataViewType(NumberDataViewType.Single, rows[0].Length);
        var data = context.Data.LoadFromEnumerable(rows.Select(r => new Row { Features = r }), definition);
        foreach (float score in model.Transform(data).GetColumn<float>("Score"))
        {
            Console.WriteLine(score.ToString("R", CultureInfo.InvariantCulture));
        }

        // What this process has loaded, so that the test can see that the plug-in is not among it.
        foreach (var assembly in AppDomain.CurrentDomain.GetAssemblies())
        {
            Console.WriteLine(assembly.GetName().Name);
        }
    }

    private sealed class Row
    {
        public float[] Features { get; set; } = [];
    }
}
