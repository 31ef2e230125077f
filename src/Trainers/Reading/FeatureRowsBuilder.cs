using System.Numerics;
using System.Runtime.InteropServices;
using Microsoft.ML.Data;
using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers;

/// <summary>
/// Collects feature vectors: dense ones as they are, sparse ones as indices and values as long as that saves memory. One sparse row with few values among the first ones
/// makes a column sparse.
/// </summary>
/// <param name="width">Columns of a row.</param>
/// <param name="keepBytes">Whether dense rows of pixels are kept as bytes.</param>
/// <param name="pixels">The 256 numbers that pixels are; null where the column does not tell.</param>
/// <param name="spill">Where rows go that are too many for memory; null for all in memory.</param>
internal sealed class FeatureRowsBuilder(int width, bool keepBytes = false, float[]? pixels = null, RowSpill? spill = null)
{
    /// <summary>Above this share of nonzero values the dense form is smaller (a sparse value also stores its index) and faster to gather.</summary>
    private const double LargestSparseDensity = 0.3;

    private const int RowsBeforeChoosing = 1000;

    private DenseFeatureRows? _dense;
    private SparseRowsBuilder? _sparse;
    private float[]? _row;
    private int _count;

    /// <summary>True when every value is a finite number.</summary>
    public static bool IsFinite(ReadOnlySpan<float> values)
    {
        // x − x is 0 for finite x and NaN otherwise; four sums in turn, so that one addition need not wait for the one before.
        Vector<float> sum0 = Vector<float>.Zero, sum1 = sum0, sum2 = sum0, sum3 = sum0;
        var vectors = MemoryMarshal.Cast<float, Vector<float>>(values);
        int i = 0;
        for (; i + 4 <= vectors.Length; i += 4)
        {
            sum0 += vectors[i] - vectors[i];
            sum1 += vectors[i + 1] - vectors[i + 1];
            sum2 += vectors[i + 2] - vectors[i + 2];
            sum3 += vectors[i + 3] - vectors[i + 3];
        }

        for (; i < vectors.Length; i++)
        {
            sum0 += vectors[i] - vectors[i];
        }

        float rest = Vector.Sum(sum0 + sum1 + sum2 + sum3);
        foreach (float v in values[(vectors.Length * Vector<float>.Count)..])
        {
            rest += v - v;
        }

        return rest == 0;
    }

    public void Add(in VBuffer<float> row)
    {
        if (_sparse is null && !row.IsDense && _count < RowsBeforeChoosing && IsSparse(row.GetValues().Length, width))
        {
            _sparse = ToSparse(_dense?.Build());
            _dense = null;
        }

        if (_sparse is null)
        {
            AddDense(row);
        }
        else if (row.IsDense)
        {
            _sparse.Add(row.GetValues());
        }
        else
        {
            _sparse.Add(row.GetIndices(), row.GetValues());
        }

        _count++;
        if (_count >= RowsBeforeChoosing)
        {
            ChooseForm();
        }
    }

    public IRowSource<float> Build()
    {
        ChooseForm();
        return _sparse is not null ? _sparse.Build() : (_dense ?? NewDense()).Build();
    }

    /// <summary>Whether so few of so many values that they are better stored alone.</summary>
    public static bool IsSparse(long values, double of) => values <= LargestSparseDensity * of;

    /// <summary>Goes over to the dense form where the rows have too many values.</summary>
    private void ChooseForm()
    {
        if (_sparse is not null && !IsSparse(_sparse.StoredValues, (double)width * _count))
        {
            _dense = ToDense(_sparse.Build());
            _sparse = null;
        }
    }

    private void AddDense(in VBuffer<float> row)
    {
        _dense ??= NewDense();
        if (row.IsDense)
        {
            _dense.Add(row.GetValues());
            return;
        }

        _row ??= new float[width];
        row.CopyTo(_row);
        _dense.Add(_row);
    }

    private DenseFeatureRows NewDense() => new(width, keepBytes, pixels, spill);

    private DenseFeatureRows ToDense(SparseRows rows)
    {
        var dense = NewDense();
        ForEachRow(rows, row => dense.Add(row));
        return dense;
    }

    /// <summary>The first rows may be full in a column of sparse ones.</summary>
    private SparseRowsBuilder ToSparse(IRowSource<float>? rows)
    {
        var sparse = new SparseRowsBuilder(width, spill);
        ForEachRow(rows, row => sparse.Add(row));
        return sparse;
    }

    private void ForEachRow(IRowSource<float>? rows, Action<float[]> action)
    {
        _row ??= new float[width];
        for (int i = 0; i < rows?.Count; i++)
        {
            rows.Read([i], _row);
            action(_row);
        }
    }
}
