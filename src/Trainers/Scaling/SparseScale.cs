using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers;

/// <summary>
/// Factors that bring sparse features to at most 1, so that zeros stay zeros: x · 1 / max |x|. They are folded into the first layer's weights, which is exact, so that scoring costs what
/// the values that are not 0 cost.
/// </summary>
internal sealed class SparseScale
{
    /// <summary>Values between these are usual: they are taken as they are, so that a rare word counts for no more than a frequent one.</summary>
    private const float LargestUsual = 10;

    private const float SmallestUsual = 1e-3f;

    private readonly float[] _factors;

    private SparseScale(float[] factors) => _factors = factors;

    /// <summary>The factors of rows; null where they need none.</summary>
    /// <param name="rows">Training rows.</param>
    /// <param name="scaling">What the options ask for; anything but <see cref="FeatureScaling.Auto"/> also scales rows of a usual size.</param>
    public static SparseScale? Of(TrainingData rows, FeatureScaling scaling)
    {
        if (scaling == FeatureScaling.None || !rows.IsSparse || rows.Features is not SparseRows sparse)
        {
            return null;
        }

        float[] largest = sparse.LargestMagnitudes();
        float size = largest.Max();
        return size > 0 && (scaling != FeatureScaling.Auto || size > LargestUsual || size < SmallestUsual) ? new SparseScale(Array.ConvertAll(largest, Factor)) : null;
    }

    /// <summary>The rows with scaled features, stored as before.</summary>
    public TrainingData Apply(TrainingData rows)
    {
        var features = rows.Features is SparseRows sparse ? sparse.Scale(_factors) : (IRowSource<float>)Dense(rows.Features);
        return new TrainingData(features, rows.Targets, rows.Weights.IsEmpty ? null : rows.Weights.ToArray());
    }

    private DenseRows Dense(IRowSource<float> rows)
    {
        var scaled = new DenseRowsBuilder(_factors.Length);
        var row = new float[_factors.Length];
        for (int i = 0; i < rows.Count; i++)
        {
            rows.Read([i], row);
            for (int j = 0; j < row.Length; j++)
            {
                row[j] *= _factors[j];
            }

            scaled.Add(row);
        }

        return scaled.Build();
    }

    /// <summary>Weights for features as they are, from those for scaled ones. In place.</summary>
    public void Fold(NetworkWeights weights) => Multiply(weights, factor => factor);

    /// <summary>Weights for scaled features, from those for features as they are. A copy.</summary>
    public NetworkWeights Unfold(NetworkWeights weights)
    {
        var copy = weights.Clone();
        Multiply(copy, factor => 1 / factor);
        return copy;
    }

    private void Multiply(NetworkWeights weights, Func<float, float> by)
    {
        var first = weights[0, "weight"];
        int units = first.Length / _factors.Length;
        for (int i = 0; i < first.Length; i++)
        {
            first[i] *= by(_factors[i / units]);
        }
    }

    /// <summary>A feature that is always 0 keeps its weights, and so does one whose inverse no Single holds.</summary>
    private static float Factor(float largest) => largest > 0 && float.IsFinite(1 / largest) && 1 / largest > 0 ? 1 / largest : 1;
}
