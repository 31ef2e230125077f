using System.Numerics;
using System.Runtime.InteropServices;
using Microsoft.ML.Data;
using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers;

/// <summary>
/// Collects feature vectors in memory: dense ones as they are, sparse ones as indices and values as long as that saves memory.
/// </summary>
internal sealed class FeatureRowsBuilder(int width)
{
    /// <summary>Above this share of nonzero values the dense form is smaller (a sparse value also stores its index) and faster to gather.</summary>
    private const double LargestSparseDensity = 0.3;

    private const int RowsBeforeChoosing = 1000;

    private DenseRowsBuilder? _dense;
    private SparseRowsBuilder? _sparse;
    private float[]? _row;
    private int[] _indices = [];
    private long _stored;
    private int _count;

    /// <summary>True when every value is a finite number.</summary>
    public static bool IsFinite(ReadOnlySpan<float> values)
    {
        // x − x is 0 for finite x and NaN otherwise.
        var sum = Vector<float>.Zero;
        var vectors = MemoryMarshal.Cast<float, Vector<float>>(values);
        foreach (var v in vectors)
        {
            sum += v - v;
        }

        float rest = Vector.Sum(sum);
        foreach (float v in values[(vectors.Length * Vector<float>.Count)..])
        {
            rest += v - v;
        }

        return rest == 0;
    }

    public void Add(in VBuffer<float> row)
    {
        if (_count == 0 && !row.IsDense)
        {
            _sparse = new SparseRowsBuilder(width);
        }

        if (_sparse is not null)
        {
            AddSparse(row);
        }
        else
        {
            AddDense(row);
        }

        _count++;
        if (_sparse is not null && _count >= RowsBeforeChoosing && _stored > LargestSparseDensity * width * _count)
        {
            _dense = ToDense(_sparse.Build());
            _sparse = null;
        }
    }

    public IRowSource<float> Build() => _sparse is not null ? _sparse.Build() : (_dense ?? new DenseRowsBuilder(width)).Build();

    private void AddDense(in VBuffer<float> row)
    {
        _dense ??= new DenseRowsBuilder(width);
        if (row.IsDense)
        {
            _dense.Add(row.GetValues());
            return;
        }

        _row ??= new float[width];
        row.CopyTo(_row);
        _dense.Add(_row);
    }

    private void AddSparse(in VBuffer<float> row)
    {
        var values = row.GetValues();
        if (!row.IsDense)
        {
            _sparse!.Add(row.GetIndices(), values);
            _stored += values.Length;
            return;
        }

        if (_indices.Length == 0)
        {
            _indices = new int[width];
            _row = new float[width];
        }

        int n = 0;
        for (int i = 0; i < values.Length; i++)
        {
            if (values[i] != 0)
            {
                _indices[n] = i;
                _row![n++] = values[i];
            }
        }

        _sparse!.Add(_indices.AsSpan(0, n), _row.AsSpan(0, n));
        _stored += n;
    }

    private DenseRowsBuilder ToDense(IRowSource<float> rows)
    {
        var dense = new DenseRowsBuilder(width);
        var row = new float[width];
        for (int i = 0; i < rows.Count; i++)
        {
            rows.Read([i], row);
            dense.Add(row);
        }

        return dense;
    }
}
