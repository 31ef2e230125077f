using System.Numerics;
using Microsoft.ML.Data;
using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers;

/// <summary>The smallest and the largest value of each feature, and its mean size, over all rows.</summary>
internal sealed class FeatureRanges(int width)
{
    /// <summary>A smaller range, beside the values, is the rounding of a constant.</summary>
    private const double SmallestRange = 1e-6;

    /// <summary>Elements of dense rows that are looked at together: a strip of columns goes down all of them, so that its sums stay in registers.</summary>
    private const int BlockElements = 1 << 13;

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

    /// <summary>The ranges of rows that have been read before: the same, to the bit, as of adding each.</summary>
    public static FeatureRanges Of(IRowSource<float> rows)
    {
        var ranges = new FeatureRanges(rows.Width);
        if (rows is SparseRows sparse)
        {
            for (int i = 0; i < sparse.Count; i++)
            {
                sparse.Row(i, out var columns, out var values);
                ranges.AddSparse(columns, values);
            }

            return ranges;
        }

        int block = Math.Clamp(BlockElements / rows.Width, 1, Math.Max(1, rows.Count));
        var buffer = new float[block * rows.Width];
        var indices = new int[block];
        for (int start = 0; start < rows.Count; start += block)
        {
            int count = Math.Min(block, rows.Count - start);
            for (int i = 0; i < count; i++)
            {
                indices[i] = start + i;
            }

            var values = buffer.AsSpan(0, count * rows.Width);
            rows.Read(indices.AsSpan(0, count), values);
            ranges.AddDense(values, count);
        }

        return ranges;
    }

    public void Add(in VBuffer<float> row)
    {
        if (row.IsDense)
        {
            AddDense(row.GetValues(), 1);
        }
        else
        {
            AddSparse(row.GetIndices(), row.GetValues());
        }
    }

    private void AddSparse(ReadOnlySpan<int> columns, ReadOnlySpan<float> values)
    {
        Rows++;
        _sparseRows++;
        for (int i = 0; i < values.Length; i++)
        {
            int j = columns[i];
            _named[j]++;
            _smallest[j] = Math.Min(_smallest[j], values[i]);
            _largest[j] = Math.Max(_largest[j], values[i]);
            _sizes[j] += Math.Abs(values[i]);
        }
    }

    private void AddDense(ReadOnlySpan<float> values, int rows)
    {
        Rows += rows;
        int lane = Vector<float>.Count;
        int j = 0;
        for (; j + lane <= width; j += lane)
        {
            var smallest = new Vector<float>(_smallest, j);
            var largest = new Vector<float>(_largest, j);
            var low = new Vector<double>(_sizes, j);
            var high = new Vector<double>(_sizes, j + (lane / 2));
            for (int start = j; start < values.Length; start += width)
            {
                var value = new Vector<float>(values[start..]);
                smallest = Vector.Min(smallest, value);
                largest = Vector.Max(largest, value);
                Vector.Widen(Vector.Abs(value), out var first, out var second);
                low += first;
                high += second;
            }

            smallest.CopyTo(_smallest, j);
            largest.CopyTo(_largest, j);
            low.CopyTo(_sizes, j);
            high.CopyTo(_sizes, j + (lane / 2));
        }

        for (; j < width; j++)
        {
            for (int start = j; start < values.Length; start += width)
            {
                _smallest[j] = Math.Min(_smallest[j], values[start]);
                _largest[j] = Math.Max(_largest[j], values[start]);
                _sizes[j] += Math.Abs(values[start]);
            }
        }
    }

    private static float[] Filled(int length, float value)
    {
        float[] values = new float[length];
        Array.Fill(values, value);
        return values;
    }
}
