using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Transforms;

internal enum NormalizationMode { MinMax, MeanVariance, MeanVarianceCdf }

internal sealed record NormalizationOptions(NormalizationMode Mode, long MaximumExampleCount, bool FixZero);

/// <summary>Learns, slot by slot, how to bring a column of Single or Double to a common scale.</summary>
public sealed class NormalizingEstimator : IEstimator<NormalizingTransformer>
{
    internal static class Defaults
    {
        public const bool EnsureZeroUntouched = true;
        public const bool MeanVarCdf = false;
        public const long MaximumExampleCount = 1000000000;
    }

    private readonly IHost _host;
    private readonly InputOutputColumnPair[] _columns;
    private readonly NormalizationOptions _options;

    internal NormalizingEstimator(IHostEnvironment env, InputOutputColumnPair[] columns, NormalizationOptions options)
    {
        _host = env.Register(nameof(NormalizingEstimator));
        Contracts.CheckValue(columns, nameof(columns));
        Contracts.CheckParam(options.MaximumExampleCount > 1, "maximumExampleCount", "Must be greater than 1");
        _columns = columns;
        _options = options;
    }

    public NormalizingTransformer Fit(IDataView input)
    {
        Contracts.CheckValue(input, nameof(input));
        var sources = _columns.Select(pair => input.Schema.GetColumnOrNull(pair.InputColumnName)
            ?? throw Contracts.ExceptSchemaMismatch(nameof(input), "input", pair.InputColumnName)).ToArray();
        var learners = new ColumnLearner[sources.Length];
        using (var cursor = input.GetRowCursor(sources))
        {
            for (int i = 0; i < sources.Length; i++)
                learners[i] = ColumnLearner.Create(sources[i], cursor, _options);
            for (long rows = 0; rows < _options.MaximumExampleCount && cursor.MoveNext(); rows++)
                foreach (var learner in learners)
                    learner.AddRow();
        }
        return new NormalizingTransformer(_host, _columns.Select(pair => (pair.OutputColumnName, pair.InputColumnName)).ToArray(),
            learners.Select((learner, i) => (sources[i].Type, learner.Finish())).ToArray());
    }

    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        Contracts.CheckValue(inputSchema, nameof(inputSchema));
        var result = inputSchema.ToDictionary(column => column.Name);
        foreach (var pair in _columns)
        {
            var column = inputSchema.FindInput(pair.InputColumnName);
            if (column.Kind == SchemaShape.Column.VectorKind.VariableVector)
                throw Contracts.ExceptSchemaMismatch(nameof(inputSchema), "input", column.Name, "known-size vector or scalar", column.GetTypeString());
            if (column.IsKey || !NormalizingTransformer.IsReal(column.ItemType))
                throw Contracts.ExceptSchemaMismatch(nameof(inputSchema), "input", column.Name, "vector or scalar of Single or Double", column.GetTypeString());
            result[pair.OutputColumnName] = new SchemaShape.Column(pair.OutputColumnName, column.Kind, column.ItemType, false,
                new SchemaShape([TransformSchema.Flag(AnnotationUtils.Kinds.IsNormalized), .. column.AnnotationsOf(AnnotationUtils.Kinds.SlotNames)]));
        }
        return new SchemaShape(result.Values);
    }
}
