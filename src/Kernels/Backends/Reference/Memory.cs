using System.Numerics;

namespace MLNet.GradientTrainers.Kernels;

/// <summary>
/// The plain back end: one loop for each operation, one thread, no cleverness. It defines what every operation computes, and the tests hold the
/// other back ends against it.
/// </summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed partial class ReferenceBackend<T> : IBackend<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <inheritdoc/>
    public string Name => $"Reference ({(typeof(T) == typeof(double) ? "double" : "float")})";

    /// <summary>False: every operation is done when its call returns.</summary>
    public bool IsAsynchronous => false;

    /// <inheritdoc/>
    public Tensor<T> Allocate(int length) => new(new Memory(length), 0, length);

    /// <inheritdoc/>
    public void Write(ReadOnlySpan<T> source, Tensor<T> destination)
    {
        Shapes.Equal(source.Length, destination.Length);
        source.CopyTo(Span(destination));
    }

    /// <inheritdoc/>
    public void Read(Tensor<T> source, Span<T> destination)
    {
        Shapes.Equal(source.Length, destination.Length);
        Span(source).CopyTo(destination);
    }

    /// <inheritdoc/>
    public Totals AllocateTotals(int length) => new HostTotals(length);

    /// <inheritdoc/>
    public void Read(Totals source, int start, Span<double> destination) => HostTotals.Values(source).AsSpan(start, destination.Length).CopyTo(destination);

    /// <inheritdoc/>
    public void Copy(Tensor<T> source, Tensor<T> destination)
    {
        Shapes.Equal(source.Length, destination.Length);
        Span(source).CopyTo(Span(destination));
    }

    /// <inheritdoc/>
    public void Fill(Tensor<T> destination, T value) => Span(destination).Fill(value);

    /// <inheritdoc/>
    public void Gather(IRowSource<T> source, ReadOnlySpan<int> rows, Tensor<T> destination)
    {
        Shapes.Gather(source, rows, destination);
        source.Read(rows, Span(destination));
    }

    /// <summary>Holds nothing that would have to be given back.</summary>
    public void Dispose()
    {
    }

    /// <summary>The elements of a tensor of this back end.</summary>
    internal static Span<T> Span(Tensor<T> tensor) => tensor.Buffer switch
    {
        null => [],
        Memory memory => memory.Elements.AsSpan(tensor.Offset, tensor.Length),
        _ => throw new ArgumentException($"The tensor belongs to another back end ({tensor.Buffer.GetType().Name}); copy it with Read and Write."),
    };

    private sealed class Memory(int length) : TensorBuffer<T>
    {
        private T[]? _elements = new T[length];

        public override int Length { get; } = length;

        public T[] Elements => _elements ?? throw new ObjectDisposedException("Tensor", "The tensor's memory has been given back.");

        protected override void Dispose(bool disposing) => _elements = null;
    }
}
