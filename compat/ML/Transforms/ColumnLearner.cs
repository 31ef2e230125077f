using System.Numerics;
using Microsoft.ML.Data;

namespace Microsoft.ML.Transforms;

/// <summary>Gathers the statistics of one column, one row at a time. A scalar column counts as a vector of one slot.</summary>
internal abstract class ColumnLearner
{
    public abstract void AddRow();
    public abstract ColumnNormalizer Finish();

    public static ColumnLearner Create(DataViewSchema.Column source, DataViewRow row, NormalizationOptions options)
    {
        if (!NormalizingTransformer.IsNormalizable(source.Type))
            throw Runtime.Contracts.ExceptParam("srcType",
                $"Wrong column type for input column. Expected: Single, Double, Vector of Single or Vector of Double. Got: {source.Type}.");
        return source.Type.GetItemType() == NumberDataViewType.Single
            ? Create<float>(source, row, options) : Create<double>(source, row, options);
    }

    private static ColumnLearner Create<T>(DataViewSchema.Column source, DataViewRow row, NormalizationOptions options)
        where T : struct, IFloatingPointIeee754<T>
    {
        bool isVector = source.Type is VectorDataViewType;
        int size = isVector ? ((VectorDataViewType)source.Type).Size : 1;
        SlotStatistics<T> statistics = options.Mode switch
        {
            NormalizationMode.MinMax => new MinMaxStatistics<T>(size, isVector, options.FixZero),
            _ => new MeanVarianceStatistics<T>(size, isVector, options.FixZero, options.Mode == NormalizationMode.MeanVarianceCdf),
        };
        return isVector
            ? new VectorLearner<T>(statistics, source.Name, size, row.GetGetter<VBuffer<T>>(source))
            : new ScalarLearner<T>(statistics, row.GetGetter<T>(source));
    }

    private sealed class ScalarLearner<T>(SlotStatistics<T> statistics, ValueGetter<T> getter) : ColumnLearner
    {
        private T _value;

        public override void AddRow()
        {
            getter(ref _value);
            statistics.Add([_value], []);
        }

        public override ColumnNormalizer Finish() => statistics.Finish();
    }

    private sealed class VectorLearner<T>(SlotStatistics<T> statistics, string name, int size, ValueGetter<VBuffer<T>> getter) : ColumnLearner
    {
        private VBuffer<T> _value;

        public override void AddRow()
        {
            getter(ref _value);
            if (_value.Length != size)
                throw new InvalidOperationException($"Normalizer expected {size} slots in column '{name}' but got {_value.Length}");
            statistics.Add(_value.GetValues(), _value.GetIndices());
        }

        public override ColumnNormalizer Finish() => statistics.Finish();
    }
}

/// <summary>Statistics of each slot of a vector. Slots that a sparse row leaves out are zeros, counted at the end.</summary>
internal abstract class SlotStatistics<T>
{
    /// <summary>Adds one row: its values, and their slots where the row is sparse.</summary>
    public abstract void Add(ReadOnlySpan<T> values, ReadOnlySpan<int> indices);

    public abstract ColumnNormalizer Finish();
}

/// <summary>
/// Smallest and largest value of each slot; NaN is passed over.
/// (x − min) / (max − min), or with zero fixed x / max(|min|, |max|); a slot without two different values gives 0.
/// </summary>
internal sealed class MinMaxStatistics<T> : SlotStatistics<T> where T : struct, IFloatingPointIeee754<T>
{
    private readonly T[] _min, _max;
    private readonly long[] _count;
    private readonly bool _isVector, _fixZero;
    private long _rows;

    public MinMaxStatistics(int size, bool isVector, bool fixZero)
    {
        (_isVector, _fixZero, _min, _max, _count) = (isVector, fixZero, new T[size], new T[size], new long[size]);
        Array.Fill(_min, T.PositiveInfinity);
        Array.Fill(_max, T.NegativeInfinity);
    }

    public override void Add(ReadOnlySpan<T> values, ReadOnlySpan<int> indices)
    {
        _rows++;
        for (int i = 0; i < values.Length; i++)
        {
            int slot = indices.IsEmpty ? i : indices[i];
            _count[slot]++;
            Add(slot, values[i]);
        }
    }

    private void Add(int slot, T value)
    {
        if (value > _max[slot])
            _max[slot] = value;
        if (value < _min[slot])
            _min[slot] = value;
    }

    public override ColumnNormalizer Finish()
    {
        var scale = new T[_min.Length];
        var offset = new T[_min.Length];
        for (int i = 0; i < scale.Length; i++)
        {
            if (_count[i] < _rows)
                Add(i, T.Zero);
            if (!(_max[i] > _min[i]))
                continue;
            scale[i] = T.One / (_fixZero ? T.Max(T.Abs(_max[i]), T.Abs(_min[i])) : _max[i] - _min[i]);
            offset[i] = _fixZero || scale[i] == T.Zero ? T.Zero : _min[i];
        }
        return new AffineNormalizer<T>(scale, _fixZero ? null : offset, _isVector);
    }
}

/// <summary>
/// Mean and variance (divided by n) of each slot by Welford's update, in double; values that are not finite are passed over.
/// (x − mean) / σ, or with zero fixed x / √(σ² + mean²); a constant slot gives 0.
/// </summary>
internal sealed class MeanVarianceStatistics<T>(int size, bool isVector, bool fixZero, bool useCdf) : SlotStatistics<T>
    where T : struct, IFloatingPointIeee754<T>
{
    private readonly double[] _mean = new double[size], _sumSquares = new double[size];
    private readonly long[] _count = new long[size], _notFinite = new long[size];
    private long _rows;

    public override void Add(ReadOnlySpan<T> values, ReadOnlySpan<int> indices)
    {
        _rows++;
        for (int i = 0; i < values.Length; i++)
        {
            // Zeros are added all at once in Finish.
            if (values[i] == T.Zero)
                continue;
            int slot = indices.IsEmpty ? i : indices[i];
            if (!T.IsFinite(values[i]))
            {
                _notFinite[slot]++;
                continue;
            }
            double value = double.CreateTruncating(values[i]);
            double delta = value - _mean[slot];
            _mean[slot] += delta / ++_count[slot];
            _sumSquares[slot] += delta * (value - _mean[slot]);
        }
    }

    public override ColumnNormalizer Finish()
    {
        var scale = new T[size];
        var offset = new T[size];
        for (int i = 0; i < size; i++)
        {
            AddZeros(i, _rows - _notFinite[i] - _count[i]);
            if (_sumSquares[i] == 0)
                continue;
            double mean = _mean[i], variance = _sumSquares[i] / _count[i];
            if (useCdf)
                (offset[i], scale[i]) = (T.CreateTruncating(mean), T.CreateTruncating(Math.Sqrt(variance)));
            else
            {
                scale[i] = T.One / T.CreateTruncating(Math.Sqrt(fixZero ? variance + mean * mean : variance));
                offset[i] = fixZero || scale[i] == T.Zero ? T.Zero : T.CreateTruncating(mean);
            }
        }
        return useCdf ? new CdfNormalizer<T>(offset, scale, isVector) : new AffineNormalizer<T>(scale, fixZero ? null : offset, isVector);
    }

    private void AddZeros(int slot, long zeros)
    {
        if (zeros == 0)
            return;
        _count[slot] += zeros;
        double delta = -_mean[slot];
        _mean[slot] += delta * zeros / _count[slot];
        _sumSquares[slot] += delta * -_mean[slot] * zeros;
    }
}
