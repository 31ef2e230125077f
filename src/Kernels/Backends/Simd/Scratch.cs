using System.Runtime.CompilerServices;

namespace MLNet.GradientTrainers.Kernels;

/// <summary>Working memory that grows to the largest request and stays.</summary>
internal sealed unsafe class Scratch : IDisposable
{
    private NativeBuffer? _buffer;

    /// <summary>At least <paramref name="floats"/> elements, on a cache line border, with any content; valid until the next call.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public float* Reserve(long floats)
    {
        if (_buffer is null || _buffer.Length < floats)
        {
            _buffer?.Dispose();
            _buffer = null;
            _buffer = new NativeBuffer(checked((int)floats));
        }

        return _buffer.Elements;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _buffer?.Dispose();
        _buffer = null;
    }
}
