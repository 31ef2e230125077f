using Microsoft.ML;

namespace MLNet.GradientTrainers;

/// <summary>How a scored view's columns relate to its input: the input's columns keep their numbers, then come PredictedLabel and Score.</summary>
internal sealed class ScoringBindings
{
    public ScoringBindings(DataViewSchema input, int featureIndex, NetworkModelParameters model)
    {
        InputSchema = input;
        Features = input[featureIndex];
        Model = model;
        OutputSchema = MulticlassOutput.AddTo(input, model.Classes);
        PredictedLabelIndex = input.Count;
        ScoreIndex = input.Count + 1;
    }

    public DataViewSchema InputSchema { get; }

    public DataViewSchema OutputSchema { get; }

    public DataViewSchema.Column Features { get; }

    public NetworkModelParameters Model { get; }

    public int PredictedLabelIndex { get; }

    public int ScoreIndex { get; }

    public bool IsScored(int outputIndex) => outputIndex >= InputSchema.Count;

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

    public bool NeedsScores(bool[] active) => active[PredictedLabelIndex] || active[ScoreIndex];

    /// <summary>The input columns that the active output columns need.</summary>
    public IEnumerable<DataViewSchema.Column> Inputs(bool[] active)
    {
        bool scores = NeedsScores(active);
        return InputSchema.Where(c => active[c.Index] || (scores && c.Index == Features.Index));
    }

    /// <summary>The key of the largest score, 1-based; 0, missing, if a score is NaN.</summary>
    public static uint ArgMaxKey(ReadOnlySpan<float> scores)
    {
        int best = 0;
        for (int i = 0; i < scores.Length; i++)
        {
            if (float.IsNaN(scores[i]))
            {
                return 0;
            }

            if (scores[i] > scores[best])
            {
                best = i;
            }
        }

        return (uint)best + 1;
    }
}
