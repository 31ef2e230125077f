using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace MLNet.GradientTrainers.Kernels;

/// <summary>
/// All rows of a full batch in the order of use: eight rows side by side, column after column, so that narrow rows fill the registers too.
/// </summary>
internal abstract class PackedRows
{
    /// <summary>Wider rows fill the registers by themselves.</summary>
    public const int MaxWidth = 32;

    /// <summary>Losses of all rows, and the gradient of their weighted sum.</summary>
    public abstract LinearSums Gradient(ReadOnlySpan<double> parameters, Span<double> gradient);
}

/// <inheritdoc/>
internal sealed class PackedRows<T, TRule> : PackedRows
    where T : unmanaged
    where TRule : struct, ILossRule
{
    private readonly TRule _rule;
    private readonly int _width;
    private readonly int _blocks;
    private readonly T[] _features;
    private readonly double[] _targets;
    private readonly double[]? _weights;
    private readonly double[] _sums;

    private PackedRows(LinearData data, DenseLinearRows<T> features, TRule rule, ReadOnlySpan<int> rows)
    {
        _rule = rule;
        _width = data.Width;
        _blocks = rows.Length / DoubleLane.Count;
        _features = new T[rows.Length * _width];
        _targets = new double[rows.Length];
        _weights = data.Weights is null ? null : new double[rows.Length];
        _sums = new double[(_width + 1) * DoubleLane.Count];
        int packed = _blocks * DoubleLane.Count;
        for (int i = 0; i < rows.Length; i++)
        {
            _targets[i] = data.Targets[rows[i]];
            if (_weights is not null)
            {
                _weights[i] = data.Weights![rows[i]];
            }

            // The last rows, fewer than eight, lie behind the blocks as they are.
            int start = i < packed ? ((i / DoubleLane.Count) * _width * DoubleLane.Count) + (i % DoubleLane.Count) : i * _width;
            int stride = i < packed ? DoubleLane.Count : 1;
            for (int j = 0; j < _width; j++)
            {
                _features[start + (j * stride)] = Unsafe.Add(ref features.Row(rows[i]), j);
            }
        }
    }

    /// <summary>Packs the rows, or gives null where that is no gain or no array is large enough.</summary>
    public static PackedRows? Create(LinearData data, DenseLinearRows<T> features, TRule rule, ReadOnlySpan<int> rows) =>
        data.Width <= MaxWidth && (long)rows.Length * data.Width <= Array.MaxLength ? new PackedRows<T, TRule>(data, features, rule, rows) : null;

    public override LinearSums Gradient(ReadOnlySpan<double> parameters, Span<double> gradient)
    {
        Array.Clear(_sums);
        LinearSums sums = Blocks(parameters);
        for (int j = 0; j <= _width; j++)
        {
            gradient[j] = Wide.Sum(Vector512.LoadUnsafe(ref _sums[j * DoubleLane.Count]));
        }

        for (int i = _blocks * DoubleLane.Count; i < _targets.Length; i++)
        {
            ReadOnlySpan<T> row = _features.AsSpan(i * _width, _width);
            double dot = parameters[_width];
            for (int j = 0; j < row.Length; j++)
            {
                dot = Math.FusedMultiplyAdd(Wide.Load1(ref Unsafe.AsRef(in row[j]), 0), parameters[j], dot);
            }

            ReferenceLane<double> prediction = new(dot);
            ReferenceLane<double> target = new(_targets[i]);
            double weight = _weights is null ? 1 : _weights[i];
            double error = prediction.Value - target.Value;
            sums.Loss += weight * _rule.Value(prediction, target).Value;
            sums.Weight += weight;
            sums.Squares += error * error;
            sums.Rows++;
            double derivative = weight * _rule.Derivative(prediction, target).Value;
            for (int j = 0; j < row.Length; j++)
            {
                gradient[j] = Math.FusedMultiplyAdd(derivative, Wide.Load1(ref Unsafe.AsRef(in row[j]), 0), gradient[j]);
            }

            gradient[_width] += derivative;
        }

        return sums;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private LinearSums Blocks(ReadOnlySpan<double> parameters)
    {
        TRule rule = _rule;
        int width = _width;
        bool weighted = _weights is not null;
        ref double w = ref Unsafe.AsRef(in MemoryMarshal.GetReference(parameters));
        ref double targets = ref MemoryMarshal.GetArrayDataReference(_targets);
        ref double weights = ref MemoryMarshal.GetReference(_weights.AsSpan());
        ref double gradients = ref MemoryMarshal.GetArrayDataReference(_sums);
        ref T x = ref MemoryMarshal.GetArrayDataReference(_features);
        Vector512<double> bias = Vector512.Create(Unsafe.Add(ref w, width));
        Vector512<double> biasGradients = Vector512<double>.Zero;
        LaneSums lanes = default;
        for (int block = 0; block < _blocks; block++)
        {
            Vector512<double> prediction = bias;
            for (int j = 0; j < width; j++)
            {
                prediction = Vector512.FusedMultiplyAdd(Wide.Load8(ref x, (nuint)(j * DoubleLane.Count)), Vector512.Create(Unsafe.Add(ref w, j)), prediction);
            }

            nuint first = (nuint)(block * DoubleLane.Count);
            Vector512<double> derivative = weighted
                ? lanes.Add(rule, prediction, Vector512.LoadUnsafe(ref targets, first), Vector512.LoadUnsafe(ref weights, first))
                : lanes.Add(rule, prediction, Vector512.LoadUnsafe(ref targets, first));
            for (int j = 0; j < width; j++)
            {
                nuint at = (nuint)(j * DoubleLane.Count);
                Vector512.FusedMultiplyAdd(derivative, Wide.Load8(ref x, at), Vector512.LoadUnsafe(ref gradients, at)).StoreUnsafe(ref gradients, at);
            }

            biasGradients += derivative;
            x = ref Unsafe.Add(ref x, width * DoubleLane.Count);
        }

        biasGradients.StoreUnsafe(ref gradients, (nuint)(width * DoubleLane.Count));
        return lanes.Total(weighted);
    }
}
