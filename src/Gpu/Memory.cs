using ILGPU;
using ILGPU.Runtime;

namespace MLNet.GradientTrainers.Kernels.Gpu;

/// <summary>
/// The back end of a GPU: parameters, gradients, optimizer state and the rows that training gathers from stay on the device, and operations are queued there (<see cref="IsAsynchronous"/>).
/// </summary>
/// <remarks>
/// Reductions run in a fixed order, without atomics: the same calls give the same bits on one device, run after run. The bits differ from the processor's, and from device to device, where a product and a sum are
/// rounded together or apart.
/// </remarks>
public sealed partial class GpuBackend : IBackend<float>
{
    private bool _disposed;

    internal GpuBackend(GpuSession session) => Session = session;

    /// <inheritdoc/>
    public string Name => $"GPU ({Session.Accelerator.Name})";

    /// <summary>True: operations are queued.</summary>
    public bool IsAsynchronous => true;

    /// <summary>The open device.</summary>
    internal GpuSession Session { get; }

    /// <summary>Free bytes of the device; null for a driver that does not tell.</summary>
    public long? FreeMemory => Session.FreeMemory;

    /// <inheritdoc/>
    public Exception? Explain(Exception error) => Session.Explain(error);

    /// <inheritdoc/>
    public Tensor<float> Allocate(int length)
    {
        Session.Bind();
        return new(new GpuBuffer(this, length), 0, length);
    }

    /// <inheritdoc/>
    public Totals AllocateTotals(int length)
    {
        Session.Bind();
        return new GpuTotals(this, length);
    }

    /// <inheritdoc/>
    public void Write(ReadOnlySpan<float> source, Tensor<float> destination)
    {
        Shapes.Equal(source.Length, destination.Length);
        ArrayView<float> view = View(destination);
        if (source.Length > 0)
        {
            Session.Bind();
            view.CopyFromCPU(Session.Stream, source);
            Session.Wait();
            Session.BytesWritten += sizeof(float) * (long)source.Length;
        }
    }

    /// <inheritdoc/>
    public void Read(Tensor<float> source, Span<float> destination)
    {
        Shapes.Equal(source.Length, destination.Length);
        ArrayView<float> view = View(source);
        if (destination.Length > 0)
        {
            Session.Bind();
            view.CopyToCPU(Session.Stream, destination);
            Session.Wait();
        }
    }

    /// <inheritdoc/>
    public void Read(Totals source, int start, Span<double> destination)
    {
        ArrayView<double> view = View(source).SubView(start, destination.Length);
        if (destination.Length > 0)
        {
            Session.Bind();
            view.CopyToCPU(Session.Stream, destination);
            Session.Wait();
        }
    }

    /// <inheritdoc/>
    public void Copy(Tensor<float> source, Tensor<float> destination)
    {
        Shapes.Equal(source.Length, destination.Length);
        ArrayView<float> from = View(source);
        ArrayView<float> to = View(destination);
        if (source.Length > 0)
        {
            Session.Bind();
            from.CopyTo(Session.Stream, to);
        }
    }

    /// <inheritdoc/>
    public void Fill(Tensor<float> destination, float value)
    {
        ArrayView<float> view = View(destination);
        if (destination.Length > 0)
        {
            Each<float, ArrayView<float>>(FillKernel)(Session.Stream, destination.Length, value, view);
        }
    }

    /// <inheritdoc/>
    public void Gather(IRowSource<float> source, ReadOnlySpan<int> rows, Tensor<float> destination)
    {
        Shapes.Gather(source, rows, destination);
        float[] values = new float[destination.Length];
        source.Read(rows, values);
        Write(values, destination);
    }

    /// <summary>Gives the device back, with the memory of what was not disposed of before.</summary>
    public void Dispose()
    {
        if (_disposed)
        {
            return;
        }

        _disposed = true;
        Session.FreeAll();
        GpuSessions.Return(Session);
    }

    /// <summary>The elements of a tensor of this back end; an empty view for no tensor.</summary>
    internal ArrayView<float> View(Tensor<float> tensor) => tensor.Buffer switch
    {
        null => default,
        GpuBuffer buffer when buffer.Owner == this => buffer.View.SubView(tensor.Offset, tensor.Length),
        _ => throw new ArgumentException($"The tensor belongs to another back end ({tensor.Buffer.GetType().Name}); copy it with Read and Write."),
    };

    /// <summary>The sums of totals of this back end.</summary>
    internal ArrayView<double> View(Totals totals) => totals is GpuTotals own && own.Owner == this
        ? own.View
        : throw new ArgumentException($"The totals belong to another back end ({totals?.GetType().Name ?? "none"}).", nameof(totals));

    internal static void FillKernel(Index1D i, float value, ArrayView<float> x) => x[i] = value;
}
