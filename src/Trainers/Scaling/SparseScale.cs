using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers;

/// <summary>
/// Scales sparse features so that they stay sparse: (x − centre) · factor, where only features that most rows have are given a centre, and the others keep their zeros. It is folded into the
/// first layer, which is exact, so that scoring costs what the values that are not 0 cost.
/// </summary>
internal sealed class SparseScale
{
    /// <summary>Values between these are usual: they are taken as they are, so that a rare word counts for no more than a frequent one.</summary>
    private const float LargestUsual = 10;

    private const float SmallestUsual = 1e-3f;

    private readonly float[] _centres;
    private readonly float[] _factors;
    private readonly int[] _centred;

    private SparseScale(float[] centres, float[] factors, int[] centred) => (_centres, _factors, _centred) = (centres, factors, centred);

    /// <summary>The scale of rows; null where they need none.</summary>
    /// <param name="rows">Training rows.</param>
    /// <param name="scaling">What the options ask for; anything but <see cref="FeatureScaling.Auto"/> also scales rows of a usual size.</param>
    public static SparseScale? Of(TrainingData rows, FeatureScaling scaling)
    {
        if (scaling == FeatureScaling.None || !rows.IsSparse || rows.Features is not SparseRows sparse)
        {
            return null;
        }

        float[] largest = sparse.LargestMagnitudes();
        int[] stored = sparse.StoredInColumns();
        float size = largest.Max();
        int[] centred = [.. Enumerable.Range(0, rows.Features.Width).Where(j => 2L * stored[j] >= rows.Count)];
        bool isUsual = size <= LargestUsual && size >= SmallestUsual;
        if (size == 0 || (scaling == FeatureScaling.Auto && isUsual && centred.Length == 0))
        {
            return null;
        }

        var centres = new float[largest.Length];
        float[] factors = scaling == FeatureScaling.Auto && isUsual ? [.. largest.Select(_ => 1f)] : Array.ConvertAll(largest, Factor);
        foreach (var (j, (mean, deviation)) in centred.Zip(sparse.Moments(centred)))
        {
            centres[j] = (float)mean;
            float factor = (float)(1 / deviation);
            factors[j] = deviation > 1e-6 * Math.Abs(mean) && float.IsFinite(factor) ? factor : 0;
        }

        return new SparseScale(centres, factors, centred);
    }

    /// <summary>The rows with scaled features, stored as before.</summary>
    /// <param name="rows">The rows.</param>
    /// <param name="spill">Where rows go that are too many for memory; null for all in memory.</param>
    public TrainingData Apply(TrainingData rows, RowSpill? spill)
    {
        var sparse = rows.Features as SparseRows ?? Stored(rows.Features, spill);
        return new TrainingData(sparse.Scale(_centres, _factors), rows.Targets, rows.Weights.IsEmpty ? null : rows.Weights.ToArray());
    }

    /// <summary>Validation rows may be stored dense where the training rows are not.</summary>
    private static SparseRows Stored(IRowSource<float> rows, RowSpill? spill)
    {
        var stored = new SparseRowsBuilder(rows.Width, spill);
        var row = new float[rows.Width];
        for (int i = 0; i < rows.Count; i++)
        {
            rows.Read([i], row);
            stored.Add(row);
        }

        return stored.Build();
    }

    /// <summary>Weights for features as they are, from those for scaled ones. In place.</summary>
    public void Fold(NetworkWeights weights)
    {
        var first = weights[0, "weight"];
        int units = first.Length / _factors.Length;
        for (int i = 0; i < first.Length; i++)
        {
            first[i] *= _factors[i / units];
        }

        Shift(weights, -1);
    }

    /// <summary>Weights for scaled features, from those for features as they are. A copy.</summary>
    public NetworkWeights Unfold(NetworkWeights weights)
    {
        var copy = weights.Clone();
        Shift(copy, 1);
        var first = copy[0, "weight"];
        int units = first.Length / _factors.Length;
        for (int i = 0; i < first.Length; i++)
        {
            float factor = _factors[i / units];
            first[i] = factor == 0 ? 0 : first[i] / factor;
        }

        return copy;
    }

    /// <summary>Adds what the centres come to, by weights for features as they are, to the biases.</summary>
    private void Shift(NetworkWeights weights, int sign)
    {
        var first = weights[0, "weight"];
        var bias = weights[0, "bias"];
        for (int k = 0; k < bias.Length; k++)
        {
            double sum = 0;
            foreach (int j in _centred)
            {
                sum += (double)first[(j * bias.Length) + k] * _centres[j];
            }

            bias[k] = (float)(bias[k] + (sign * sum));
        }
    }

    /// <summary>A feature that is always 0 keeps its weights, and so does one whose inverse no Single holds.</summary>
    private static float Factor(float largest) => largest > 0 && float.IsFinite(1 / largest) && 1 / largest > 0 ? 1 / largest : 1;
}
