using Microsoft.ML;
using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers;

/// <summary>How a scored view's columns relate to its input: the input's columns keep their numbers, then come the model's.</summary>
internal sealed class ScoringBindings
{
    private readonly OutputColumns _output;

    public ScoringBindings(DataViewSchema input, int featureIndex, IRowScorer scorer, OutputColumns output)
    {
        InputSchema = input;
        Features = input[featureIndex];
        Scorer = scorer;
        _output = output;
        var builder = new DataViewSchema.Builder();
        builder.AddColumns(input);
        output.AddTo(builder, input);
        OutputSchema = builder.ToSchema();
    }

    public DataViewSchema InputSchema { get; }

    public DataViewSchema OutputSchema { get; }

    public DataViewSchema.Column Features { get; }

    public IRowScorer Scorer { get; }

    public bool IsScored(int outputIndex) => outputIndex >= InputSchema.Count;

    /// <summary>The getter of one of the model's columns.</summary>
    public Delegate Getter(int outputIndex, CurrentScores scores) => _output.Getter(outputIndex - InputSchema.Count, scores);

    /// <summary>Which output columns are asked for, by index.</summary>
    public bool[] Active(IEnumerable<DataViewSchema.Column> columns)
    {
        var active = new bool[OutputSchema.Count];
        foreach (var column in columns)
        {
            if (column.Index >= active.Length || OutputSchema[column.Index].Name != column.Name)
            {
                throw new ArgumentOutOfRangeException(nameof(columns), $"Column '{column.Name}' is none of this view's.");
            }

            active[column.Index] = true;
        }

        return active;
    }

    public bool NeedsScores(bool[] active) => active.AsSpan(InputSchema.Count).Contains(true);

    /// <summary>The input columns that the active output columns need.</summary>
    public IEnumerable<DataViewSchema.Column> Inputs(bool[] active)
    {
        bool scores = NeedsScores(active);
        return InputSchema.Where(c => active[c.Index] || (scores && c.Index == Features.Index));
    }

    /// <summary>Adds the model to an ONNX graph.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="features">The tensor of the feature column.</param>
    /// <returns>The model's columns with their tensors.</returns>
    /// <exception cref="NotSupportedException">The model has no ONNX form.</exception>
    public IEnumerable<(DataViewSchema.Column Column, string Tensor)> WriteOnnx(IOnnxGraph graph, string features)
    {
        if (FeatureColumn.IsBytes(Features.Type))
        {
            features = graph.AddNode("Cast", "features.Cast", [features], new OnnxAttribute("to", (int)OnnxElementType.Single));
        }

        return OutputSchema.Skip(InputSchema.Count).Zip(_output.WriteOnnx(graph, Scorer.WriteOnnx(graph, features)));
    }
}
