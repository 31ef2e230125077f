using System.Runtime.InteropServices;

namespace MLNet.GradientTrainers.Kernels;

/// <summary>
/// Native memory on a cache line border, so that vectors of an aligned tensor never straddle two lines. It ends with an unused line: a loop may
/// read a whole vector where fewer elements are left, and then drops what is beyond.
/// </summary>
internal sealed unsafe class NativeBuffer : TensorBuffer<float>
{
    private const nuint LineBytes = 64;

    private readonly nuint _bytes;
    private float* _elements;

    /// <summary>Allocates memory, all zero.</summary>
    /// <param name="length">Number of elements.</param>
    public NativeBuffer(int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        Length = length;
        _bytes = (((nuint)length * sizeof(float)) + (2 * LineBytes) - 1) & ~(LineBytes - 1);
        _elements = (float*)NativeMemory.AlignedAlloc(_bytes, LineBytes);
        NativeMemory.Clear(_elements, _bytes);
        GC.AddMemoryPressure((long)_bytes);
    }

    /// <summary>Gives the memory back.</summary>
    ~NativeBuffer() => Dispose(false);

    /// <inheritdoc/>
    public override int Length { get; }

    /// <summary>Address of the first element.</summary>
    public float* Elements => _elements is not null ? _elements : throw new ObjectDisposedException("Tensor", "The tensor's memory has been given back.");

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (_elements is not null)
        {
            NativeMemory.AlignedFree(_elements);
            _elements = null;
            GC.RemoveMemoryPressure((long)_bytes);
        }
    }
}
