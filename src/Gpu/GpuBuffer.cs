using ILGPU;
using ILGPU.Runtime;

namespace MLNet.GradientTrainers.Kernels.Gpu;

/// <summary>Memory of a device, all zero at first. It begins on a border of 256 bytes and ends with spare room, so that a kernel may read four floats at once up to its end.</summary>
internal sealed class GpuBuffer : TensorBuffer<float>
{
    private const int Spare = 64;

    private readonly GpuBackend _owner;
    private MemoryBuffer1D<float, Stride1D.Dense>? _memory;

    public GpuBuffer(GpuBackend owner, int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        _owner = owner;
        Length = length;
        _memory = owner.Session.Allocate<float>((long)length + Spare);
    }

    /// <inheritdoc/>
    public override int Length { get; }

    /// <summary>The back end that it belongs to.</summary>
    public GpuBackend Owner => _owner;

    /// <summary>All elements, with the spare ones.</summary>
    public ArrayView<float> View => _memory is { } memory ? memory.View.AsContiguous() : throw new ObjectDisposedException("Tensor", "The tensor's memory has been given back.");

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        // ILGPU itself frees what a finalizer finds; a device must not be called from its thread.
        if (disposing && _memory is { } memory)
        {
            _memory = null;
            _owner.Session.Free(memory);
        }
    }
}
