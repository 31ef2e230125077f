using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNet.GradientTrainers.Tests;

/// <summary>The columns of a row that every trainer's rows have.</summary>
internal sealed class FeaturesAndWeight
{
    public float[] Features { get; set; } = [];

    public float Weight { get; set; }

    public void Set(int feature, float value) => Features[feature] = value;
}

/// <summary>Any trainer's rows with columns changed or added, whatever their own class.</summary>
internal static class ChangedRows
{
    /// <summary>The data with features and weights changed row by row.</summary>
    public static IDataView Change(MLContext context, IDataView data, Action<int, FeaturesAndWeight> change)
    {
        int count = data.GetColumn<float>("Weight").Count();
        int next = 0;
        return With<FeaturesAndWeight>(context, data, (changed, values) =>
        {
            (changed.Features, changed.Weight) = ([.. values.Features], values.Weight);
            change(next++ % count, changed);
        });
    }

    /// <summary>The data with columns added or replaced, of which features keep their type.</summary>
    public static IDataView With<T>(MLContext context, IDataView data, Action<T, FeaturesAndWeight> map)
        where T : class, new()
    {
        SchemaDefinition Schema(Type type)
        {
            var schema = SchemaDefinition.Create(type);
            if (schema.FirstOrDefault(column => column.ColumnName == "Features") is { } features)
            {
                features.ColumnType = data.Schema["Features"].Type;
            }

            return schema;
        }

        return context.Transforms.CustomMapping<FeaturesAndWeight, T>((values, changed) => map(changed, values), null, Schema(typeof(FeaturesAndWeight)), Schema(typeof(T)))
            .Fit(data).Transform(data);
    }
}
