using System.Numerics;

namespace MLNet.GradientTrainers.Kernels;

/// <summary>
/// Which rows of the first layer's weights have a gradient: after a sparse batch those of the columns that it names. The others' gradient is kept at 0, at the cost of those that held
/// one before.
/// </summary>
/// <param name="backend">Where the gradient lies.</param>
/// <param name="gradient">The gradient of the first layer's weights, all 0: inputs × units.</param>
/// <param name="units">Its columns.</param>
internal sealed class GradientRows<T>(IBackend<T> backend, Tensor<T> gradient, int units)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private int[] _rows = [];
    private int _count;

    /// <summary>True after a dense batch.</summary>
    public bool All { get; private set; }

    /// <summary>The rows after a sparse batch.</summary>
    public ReadOnlySpan<int> Rows => _rows.AsSpan(0, _count);

    /// <summary>True when a step has taken charge of the rows' gradient, and sets it to 0 when it takes it.</summary>
    public bool IsTaken { get; set; }

    /// <summary>Units of the first layer: the length of a row.</summary>
    public int Units => units;

    /// <summary>Length of the first layer's weights, which come first of all.</summary>
    public int Length => gradient.Length;

    /// <summary>Prepares for the gradient of a batch.</summary>
    /// <param name="input">The batch; null for a dense one.</param>
    public void Begin(SparseBatch<T>? input)
    {
        if (input is null)
        {
            (All, IsTaken) = (true, false);
            return;
        }

        if (All)
        {
            backend.Fill(gradient, T.Zero);
            All = false;
        }
        else if (!IsTaken)
        {
            backend.FillRows(gradient, T.Zero, Rows, units);
        }

        IsTaken = false;

        ReadOnlySpan<int> used = input.ByColumn.Used;
        SparseBatch<T>.Grow(ref _rows, Math.Min(input.StoredValues, input.Width));
        used.CopyTo(_rows);
        _count = used.Length;
    }
}
