using System.Numerics;
using Microsoft.ML.Data;

namespace MLNet.GradientTrainers;

/// <summary>The smallest and the largest value of each feature, and its mean size, over all rows.</summary>
internal sealed class FeatureRanges(int width)
{
    /// <summary>A smaller range, beside the values, is the rounding of a constant.</summary>
    private const double SmallestRange = 1e-6;

    private readonly float[] _smallest = Filled(width, float.PositiveInfinity);
    private readonly float[] _largest = Filled(width, float.NegativeInfinity);
    private readonly double[] _sizes = new double[width];

    // Rows that do not name a feature have a 0 there.
    private readonly int[] _named = new int[width];
    private int _sparseRows;

    public int Width => width;

    public int Rows { get; private set; }

    public float Smallest(int feature) => _named[feature] < _sparseRows ? Math.Min(0, _smallest[feature]) : _smallest[feature];

    public float Largest(int feature) => _named[feature] < _sparseRows ? Math.Max(0, _largest[feature]) : _largest[feature];

    /// <summary>The mean of the feature's magnitude.</summary>
    public double MeanSize(int feature) => _sizes[feature] / Rows;

    /// <summary>Whether the feature is more than a constant with rounding.</summary>
    public bool Varies(int feature) => Largest(feature) - Smallest(feature) > SmallestRange * Math.Max(Math.Abs(Largest(feature)), Math.Abs(Smallest(feature)));

    public void Add(in VBuffer<float> row)
    {
        Rows++;
        var values = row.GetValues();
        if (row.IsDense)
        {
            AddDense(values);
            return;
        }

        _sparseRows++;
        var indices = row.GetIndices();
        for (int i = 0; i < values.Length; i++)
        {
            int j = indices[i];
            _named[j]++;
            _smallest[j] = Math.Min(_smallest[j], values[i]);
            _largest[j] = Math.Max(_largest[j], values[i]);
            _sizes[j] += Math.Abs(values[i]);
        }
    }

    private void AddDense(ReadOnlySpan<float> values)
    {
        int lane = Vector<float>.Count;
        int j = 0;
        for (; j + lane <= values.Length; j += lane)
        {
            var value = new Vector<float>(values[j..]);
            Vector.Min(new Vector<float>(_smallest, j), value).CopyTo(_smallest, j);
            Vector.Max(new Vector<float>(_largest, j), value).CopyTo(_largest, j);
            Vector.Widen(Vector.Abs(value), out var low, out var high);
            (new Vector<double>(_sizes, j) + low).CopyTo(_sizes, j);
            (new Vector<double>(_sizes, j + (lane / 2)) + high).CopyTo(_sizes, j + (lane / 2));
        }

        for (; j < values.Length; j++)
        {
            _smallest[j] = Math.Min(_smallest[j], values[j]);
            _largest[j] = Math.Max(_largest[j], values[j]);
            _sizes[j] += Math.Abs(values[j]);
        }
    }

    private static float[] Filled(int length, float value)
    {
        float[] values = new float[length];
        Array.Fill(values, value);
        return values;
    }
}
