using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;

namespace MLNet.GradientTrainers.Benchmarks;

/// <summary>The rows of a split as all contestants get them: columns Features and Label, the latter a key where there are classes, Boolean in a binary table.</summary>
internal sealed class SplitData
{
    private SplitData(Split split, MLContext context, IDataView training, IDataView test)
    {
        Seed = split.Seed;
        Context = context;
        Training = training;
        Test = test;
    }

    public int Seed { get; }

    /// <summary>With the split's seed.</summary>
    public MLContext Context { get; }

    public IDataView Training { get; }

    public IDataView Test { get; }

    /// <param name="table">The table.</param>
    /// <param name="split">Its rows for training and for testing.</param>
    /// <param name="normalized">Whether features get mean 0 and deviation 1, both measured on the training rows.</param>
    public static SplitData Make(AccuracyTable table, Split split, bool normalized)
    {
        var context = new MLContext(split.Seed);
        var schema = SchemaDefinition.Create(typeof(Row));
        schema[nameof(Row.Features)].ColumnType = new VectorDataViewType(NumberDataViewType.Single, table.Width);
        IDataView Load(int[] rows) => context.Data.LoadFromEnumerable(rows.Select(row => new Row { Target = table.Targets[row], Features = table.Features[row] }).ToArray(), schema);

        IEstimator<ITransformer> label = table.Task switch
        {
            AccuracyTask.Numbers => context.Transforms.CopyColumns("Label", nameof(Row.Target)),
            AccuracyTask.Classes => context.Transforms.Conversion.MapValueToKey("Label", nameof(Row.Target), keyOrdinality: ValueToKeyMappingEstimator.KeyOrdinality.ByValue),
            _ => context.Transforms.Conversion.ConvertType("Label", nameof(Row.Target), DataKind.Boolean),
        };
        var pipeline = new EstimatorChain<ITransformer>().Append(label);
        if (normalized)
        {
            pipeline = pipeline.Append<ITransformer>(context.Transforms.NormalizeMeanVariance("Features", fixZero: false));
        }

        var training = Load(split.Training);
        var model = pipeline.Fit(training);
        return new(split, context, context.Data.Cache(model.Transform(training)), context.Data.Cache(model.Transform(Load(split.Test))));
    }

    public static float[][] Features(IDataView rows) => [.. rows.GetColumn<float[]>(nameof(Row.Features))];

    public static float[] Targets(IDataView rows) => [.. rows.GetColumn<float>(nameof(Row.Target))];

    private sealed class Row
    {
        public float Target { get; set; }

        public float[] Features { get; set; } = [];
    }
}
