using ILGPU;
using ILGPU.Runtime;

namespace MLNet.GradientTrainers.Kernels.Gpu;

/// <summary>Sums in double precision in the memory of a device.</summary>
internal sealed class GpuTotals : Totals
{
    private readonly GpuBackend _owner;
    private MemoryBuffer1D<double, Stride1D.Dense>? _memory;

    public GpuTotals(GpuBackend owner, int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        _owner = owner;
        Length = length;
        _memory = owner.Session.Allocate<double>(Math.Max(1, length));
    }

    /// <inheritdoc/>
    public override int Length { get; }

    /// <summary>The back end that they belong to.</summary>
    public GpuBackend Owner => _owner;

    /// <summary>The sums.</summary>
    public ArrayView<double> View => _memory is { } memory ? memory.View.AsContiguous() : throw new ObjectDisposedException(nameof(Totals), "The memory of the totals has been given back.");

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing && _memory is { } memory)
        {
            _memory = null;
            _owner.Session.Free(memory);
        }
    }
}
