namespace MLNet.GradientTrainers.Kernels;

/// <summary>Memory of a back end. Its elements are reached only through that back end's operations.</summary>
/// <typeparam name="T">Element type: <see cref="float"/> or <see cref="double"/>.</typeparam>
public abstract class TensorBuffer<T> : IDisposable
    where T : unmanaged
{
    /// <summary>The number of elements.</summary>
    public abstract int Length { get; }

    /// <summary>Gives the memory back. Tensors over it must not be used any more.</summary>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Releases the memory.</summary>
    /// <param name="disposing">False when called by the finalizer.</param>
    protected abstract void Dispose(bool disposing);
}

/// <summary>A contiguous range of a back end's memory. Matrices are row-major; a batch is one row a sample.</summary>
/// <typeparam name="T">Element type.</typeparam>
public readonly struct Tensor<T>
    where T : unmanaged
{
    /// <summary>Creates a view of a range.</summary>
    /// <param name="buffer">The memory.</param>
    /// <param name="offset">Index of the first element.</param>
    /// <param name="length">Number of elements.</param>
    /// <exception cref="ArgumentOutOfRangeException">The range leaves the buffer.</exception>
    public Tensor(TensorBuffer<T> buffer, int offset, int length)
    {
        ArgumentNullException.ThrowIfNull(buffer);
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan((long)offset + length, buffer.Length, nameof(length));
        Buffer = buffer;
        Offset = offset;
        Length = length;
    }

    /// <summary>The memory, or null for <c>default</c>: no tensor.</summary>
    public TensorBuffer<T>? Buffer { get; }

    /// <summary>Index of the first element in <see cref="Buffer"/>.</summary>
    public int Offset { get; }

    /// <summary>Number of elements.</summary>
    public int Length { get; }

    /// <summary>True for <c>default</c>: where an operation allows it, "not given".</summary>
    public bool IsNone => Buffer is null;

    /// <summary>A part of this tensor.</summary>
    /// <param name="offset">First element, relative to this tensor.</param>
    /// <param name="length">Number of elements.</param>
    public Tensor<T> Slice(int offset, int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan((long)offset + length, Length, nameof(length));
        return new Tensor<T>(Buffer!, Offset + offset, length);
    }
}
