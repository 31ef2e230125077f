using System.Globalization;
using Microsoft.ML.Data;

namespace MLNet.GradientTrainers;

/// <summary>
/// Judges from the first rows whether features were normalised: standardised or [0, 1] features have a root mean square of about 1 or less, not all values that are
/// not 0 are tiny, and none lies far from 0 beside its range, as years do (even scaled to 0.99 … 1, where descent hardly sees them change).
/// </summary>
internal sealed class FeatureScale(int width)
{
    private const int SampledRows = 1000;
    private const double LargestUsual = 10;
    private const double SmallestUsual = 1e-3;

    /// <summary>|mean| / (largest − smallest). A perceptron's R² after 20 epochs on a line falls from 0.99 at 0, over 0.84 at ½, the most in [0, 1], to 0.12 at 3.</summary>
    private const double LargestOffset = 3;

    /// <summary>Values of a feature that tell something of its size and range; fewer may lie anywhere by chance.</summary>
    private const int FewestValues = 10;

    /// <summary>A smaller range, beside the values, is the rounding of a constant.</summary>
    private const double SmallestRange = 1e-6;

    private readonly double[] _sums = new double[width];
    private readonly double[] _squares = new double[width];
    private readonly int[] _nonzero = new int[width];
    private readonly float[] _smallest = new float[width];
    private readonly float[] _largest = new float[width];
    private int _rows;
    private bool _isSparse;

    /// <summary>What looks unnormalised and the transform that mends it; null when all looks normalised.</summary>
    /// <param name="column">The features' name.</param>
    public (string Problem, string Call)? Judge(string column)
    {
        if (Problem() is not { } problem)
        {
            return null;
        }

        return (problem, Call(column));
    }

    /// <summary>The transform that normalises such rows. Sparse rows stay sparse only where 0 stays 0; their zeros lie within the range, so that it is their size alone that is unusual.</summary>
    /// <param name="column">The features' name.</param>
    public string Call(string column) => _isSparse ? $"NormalizeMinMax(\"{column}\")" : $"NormalizeMeanVariance(\"{column}\", fixZero: false)";

    public void Add(in VBuffer<float> row)
    {
        if (_rows >= SampledRows)
        {
            return;
        }

        var values = row.GetValues();
        var indices = row.IsDense ? [] : row.GetIndices();
        _isSparse |= !row.IsDense;
        for (int i = 0; i < values.Length; i++)
        {
            int j = row.IsDense ? i : indices[i];
            float value = values[i];
            if (value != 0)
            {
                bool first = _nonzero[j]++ == 0;
                _smallest[j] = first ? value : Math.Min(_smallest[j], value);
                _largest[j] = first ? value : Math.Max(_largest[j], value);
                _sums[j] += value;
                _squares[j] += (double)value * value;
            }
        }

        _rows++;
    }

    private string? Problem()
    {
        double largest = 0;
        double smallest = double.PositiveInfinity;
        int offset = -1;
        for (int j = 0; j < width; j++)
        {
            largest = Math.Max(largest, _squares[j]);
            if (_nonzero[j] >= FewestValues)
            {
                smallest = Math.Min(smallest, _squares[j] / _nonzero[j]);
                offset = offset < 0 && IsFarFromZero(j) ? j : offset;
            }
        }

        largest = Math.Sqrt(largest / Math.Max(1, _rows));
        smallest = Math.Sqrt(smallest);
        if (largest > LargestUsual || smallest < SmallestUsual)
        {
            return string.Create(CultureInfo.InvariantCulture, $"a value's typical size is {(largest > LargestUsual ? largest : smallest):G3}");
        }

        return offset < 0 ? null : string.Create(CultureInfo.InvariantCulture, $"feature {offset} (counted from 0) lies in {_smallest[offset]:G6} … {_largest[offset]:G6}, far from 0 beside its range");
    }

    private bool IsFarFromZero(int feature)
    {
        // A row without the feature has a 0 there.
        double smallest = _nonzero[feature] < _rows ? Math.Min(0, _smallest[feature]) : _smallest[feature];
        double largest = _nonzero[feature] < _rows ? Math.Max(0, _largest[feature]) : _largest[feature];
        double mean = Math.Abs(_sums[feature] / _rows);
        return largest - smallest > SmallestRange * mean && mean > LargestOffset * (largest - smallest);
    }
}
