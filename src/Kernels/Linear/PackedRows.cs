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
    /// <summary>Features whose sums find room in registers.</summary>
    private const int MaxNarrow = 4;

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

    /// <summary>Packs the rows, or gives null where that is no gain, no array is large enough, or rows lie outside memory.</summary>
    public static PackedRows? Create(LinearData data, DenseLinearRows<T> features, TRule rule, ReadOnlySpan<int> rows) =>
        data.Width <= MaxWidth && !features.IsPaged && (long)rows.Length * data.Width <= Array.MaxLength ? new PackedRows<T, TRule>(data, features, rule, rows) : null;

    public override LinearSums Gradient(ReadOnlySpan<double> parameters, Span<double> gradient)
    {
        Array.Clear(_sums);
        LinearSums sums = _width <= MaxNarrow ? NarrowBlocks(parameters) : Blocks(parameters);
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
            sums.Squares += weight * (error * error);
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

    /// <summary>The same with all weights and sums in registers: in memory, each sum would wait for its last store.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private LinearSums NarrowBlocks(ReadOnlySpan<double> parameters)
    {
        TRule rule = _rule;
        int width = _width;
        bool weighted = _weights is not null;
        ref double targets = ref MemoryMarshal.GetArrayDataReference(_targets);
        ref double weights = ref MemoryMarshal.GetReference(_weights.AsSpan());
        ref T x = ref MemoryMarshal.GetArrayDataReference(_features);
        Vector512<double> w0 = Vector512.Create(parameters[0]);
        Vector512<double> w1 = width > 1 ? Vector512.Create(parameters[1]) : default;
        Vector512<double> w2 = width > 2 ? Vector512.Create(parameters[2]) : default;
        Vector512<double> w3 = width > 3 ? Vector512.Create(parameters[3]) : default;
        Vector512<double> bias = Vector512.Create(parameters[width]);
        Vector512<double> g0 = default;
        Vector512<double> g1 = default;
        Vector512<double> g2 = default;
        Vector512<double> g3 = default;
        Vector512<double> biasGradients = default;
        LaneSums lanes = default;
        for (int block = 0; block < _blocks; block++)
        {
            Vector512<double> x0 = Wide.Load8(ref x, 0);
            Vector512<double> x1 = width > 1 ? Wide.Load8(ref x, DoubleLane.Count) : default;
            Vector512<double> x2 = width > 2 ? Wide.Load8(ref x, 2 * DoubleLane.Count) : default;
            Vector512<double> x3 = width > 3 ? Wide.Load8(ref x, 3 * DoubleLane.Count) : default;
            Vector512<double> prediction = Vector512.FusedMultiplyAdd(x0, w0, bias);
            prediction = width > 1 ? Vector512.FusedMultiplyAdd(x1, w1, prediction) : prediction;
            prediction = width > 2 ? Vector512.FusedMultiplyAdd(x2, w2, prediction) : prediction;
            prediction = width > 3 ? Vector512.FusedMultiplyAdd(x3, w3, prediction) : prediction;
            nuint first = (nuint)(block * DoubleLane.Count);
            Vector512<double> derivative = weighted
                ? lanes.Add(rule, prediction, Vector512.LoadUnsafe(ref targets, first), Vector512.LoadUnsafe(ref weights, first))
                : lanes.Add(rule, prediction, Vector512.LoadUnsafe(ref targets, first));
            g0 = Vector512.FusedMultiplyAdd(derivative, x0, g0);
            g1 = width > 1 ? Vector512.FusedMultiplyAdd(derivative, x1, g1) : g1;
            g2 = width > 2 ? Vector512.FusedMultiplyAdd(derivative, x2, g2) : g2;
            g3 = width > 3 ? Vector512.FusedMultiplyAdd(derivative, x3, g3) : g3;
            biasGradients += derivative;
            x = ref Unsafe.Add(ref x, width * DoubleLane.Count);
        }

        Store(0, g0);
        Store(1, g1);
        Store(2, g2);
        Store(3, g3);
        Store(width, biasGradients);
        return lanes.Total(weighted);
    }

    private void Store(int column, Vector512<double> sums)
    {
        if (column <= _width)
        {
            sums.StoreUnsafe(ref _sums[column * DoubleLane.Count]);
        }
    }
}
