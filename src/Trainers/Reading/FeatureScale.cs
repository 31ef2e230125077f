using Microsoft.ML.Data;

namespace MLNet.GradientTrainers;

/// <summary>
/// Judges from the first rows whether features were normalised: standardised or [0, 1] features have a root mean square of about 1 or less, and not all values that are
/// not 0 are tiny.
/// </summary>
internal sealed class FeatureScale(int width)
{
    private const int SampledRows = 1000;
    private const double LargestUsual = 10;
    private const double SmallestUsual = 1e-3;

    private readonly double[] _squares = new double[width];
    private readonly int[] _nonzero = new int[width];
    private int _rows;

    /// <summary>The typical size of the values of a feature that looks unnormalised: of the largest one, else of the smallest; null when all look normalised.</summary>
    public double? Unusual
    {
        get
        {
            double largest = 0;
            double smallest = double.PositiveInfinity;
            for (int j = 0; j < _squares.Length; j++)
            {
                largest = Math.Max(largest, _squares[j]);
                smallest = _nonzero[j] > 0 ? Math.Min(smallest, _squares[j] / _nonzero[j]) : smallest;
            }

            largest = Math.Sqrt(largest / Math.Max(1, _rows));
            smallest = Math.Sqrt(smallest);
            return largest > LargestUsual ? largest : smallest < SmallestUsual ? smallest : null;
        }
    }

    public void Add(in VBuffer<float> row)
    {
        if (_rows >= SampledRows)
        {
            return;
        }

        _rows++;
        var values = row.GetValues();
        var indices = row.IsDense ? [] : row.GetIndices();
        for (int i = 0; i < values.Length; i++)
        {
            int j = row.IsDense ? i : indices[i];
            _squares[j] += (double)values[i] * values[i];
            _nonzero[j] += values[i] != 0 ? 1 : 0;
        }
    }
}
