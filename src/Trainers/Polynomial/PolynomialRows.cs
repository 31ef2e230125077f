using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers;

/// <summary>The rows that a polynomial is fitted to, in double, and their ranges. Rows of weight 0 are left out.</summary>
internal sealed class PolynomialRows
{
    private readonly TrainingData _data;
    private readonly int[] _rows;

    public PolynomialRows(TrainingData data)
    {
        _data = data;
        _rows = [.. Enumerable.Range(0, data.Count).Where(i => data.Weights.IsEmpty || data.Weights[i] > 0)];
        Weight = data.Weights.IsEmpty ? _rows.Length : _rows.Sum(i => (double)data.Weights[i]);
    }

    public int Count => _rows.Length;

    public int Width => _data.Features.Width;

    /// <summary>Sum of the weights.</summary>
    public double Weight { get; }

    /// <summary>The largest magnitude of the labels.</summary>
    public double LargestLabel() => Enumerable.Range(0, Count).Max(i => Math.Abs(Label(i)));

    /// <summary>Weighted mean and standard deviation of the label; the deviation is 1 for a label that never changes.</summary>
    public (double Mean, double Deviation) LabelScale()
    {
        double mean = 0;
        for (int i = 0; i < Count; i++)
        {
            mean += WeightOf(i) * Label(i) / Weight;
        }

        double squares = 0;
        for (int i = 0; i < Count; i++)
        {
            squares += WeightOf(i) * (Label(i) - mean) * (Label(i) - mean);
        }

        return (mean, squares > 0 ? Math.Sqrt(squares / Weight) : 1);
    }

    /// <summary>
    /// Middle and half width of each feature's range. Without intercept the range takes in 0, where all columns of the basis are shifted to 0.
    /// </summary>
    public (double[] Centres, double[] HalfWidths) Ranges(bool fitIntercept)
    {
        var smallest = new double[Width];
        var largest = new double[Width];
        var features = new double[Width];
        for (int i = 0; i < Count; i++)
        {
            Read(i, features);
            for (int j = 0; j < Width; j++)
            {
                smallest[j] = i == 0 && fitIntercept ? features[j] : Math.Min(smallest[j], features[j]);
                largest[j] = i == 0 && fitIntercept ? features[j] : Math.Max(largest[j], features[j]);
            }
        }

        var centres = new double[Width];
        var halfWidths = new double[Width];
        for (int j = 0; j < Width; j++)
        {
            centres[j] = (smallest[j] / 2) + (largest[j] / 2);
            halfWidths[j] = (largest[j] / 2) - (smallest[j] / 2);
        }

        return (centres, halfWidths);
    }

    /// <summary>
    /// Weighted mean of each feature and the largest distance from it, 0 for a feature that never changes. Without intercept distances are from 0.
    /// </summary>
    public (double[] Means, double[] Distances) MeansAndDistances(bool fitIntercept)
    {
        var means = new double[Width];
        var distances = new double[Width];
        var features = new double[Width];
        for (int i = 0; i < Count && fitIntercept; i++)
        {
            Read(i, features);
            for (int j = 0; j < Width; j++)
            {
                means[j] += WeightOf(i) / Weight * features[j];
            }
        }

        var (_, halfWidths) = Ranges(fitIntercept);
        for (int i = 0; i < Count; i++)
        {
            Read(i, features);
            for (int j = 0; j < Width; j++)
            {
                distances[j] = halfWidths[j] > 0 ? Math.Max(distances[j], Math.Abs(features[j] - means[j])) : 0;
            }
        }

        return (means, distances);
    }

    /// <summary>Whether each feature has at most two values, so that a line goes through its powers; without intercept through 0, which then counts as a value.</summary>
    public bool[] HasTwoValues(bool fitIntercept)
    {
        var values = new double[2, Width];
        var counts = new int[Width];
        Array.Fill(counts, fitIntercept ? 0 : 1);
        var features = new double[Width];
        for (int i = 0; i < Count && Array.Exists(counts, count => count <= 2); i++)
        {
            Read(i, features);
            for (int j = 0; j < Width; j++)
            {
                bool isNew = counts[j] <= 2 && !(counts[j] > 0 && features[j] == values[0, j]) && !(counts[j] > 1 && features[j] == values[1, j]);
                if (isNew && counts[j]++ < 2)
                {
                    values[counts[j] - 1, j] = features[j];
                }
            }
        }

        return Array.ConvertAll(counts, count => count <= 2);
    }

    public void Read(int row, Span<double> features)
    {
        Span<float> single = Width <= 256 ? stackalloc float[Width] : new float[Width];
        _data.Features.Read([_rows[row]], single);
        for (int j = 0; j < single.Length; j++)
        {
            features[j] = single[j];
        }
    }

    public double Label(int row)
    {
        Span<float> label = stackalloc float[1];
        _data.Targets.Read([_rows[row]], label);
        return label[0];
    }

    public double WeightOf(int row) => _data.Weights.IsEmpty ? 1 : _data.Weights[_rows[row]];
}
