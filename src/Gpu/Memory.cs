using ILGPU;
using ILGPU.Runtime;

namespace MLNet.GradientTrainers.Kernels.Gpu;

/// <summary>
/// The back end of a GPU: parameters, gradients, optimizer state and the rows that training gathers from stay on the device, and operations are queued there (<see cref="IsAsynchronous"/>).
/// </summary>
/// <remarks>
/// Reductions run in a fixed order, without atomics: the same calls give the same bits on one device, run after run. The bits differ from the processor's, and from device to device, where a product and a sum are
/// rounded together or apart, and sums over rows run in another order, which depends on the sizes alone.
/// </remarks>
public sealed partial class GpuBackend : IBackend<float>
{
    private readonly Staging _staging;
    private readonly ResidentTables _tables;

    // Room of single operations; the queue keeps one from the next.
    private readonly DeviceList<double> _chunks;
    private readonly DeviceList<double> _columnValues;
    private readonly DeviceList<int> _rowIndices;
    private readonly DeviceList<int> _rowSteps;
    private readonly DeviceList<float> _rowFactors;
    private readonly DeviceList<byte> _stepBytes;
    private readonly DeviceList<int> _sparseStarts;
    private readonly DeviceList<int> _sparseColumns;
    private readonly DeviceList<float> _sparseValues;
    private GpuTotals? _number;
    private int[] _places = [];
    private bool _disposed;

    internal GpuBackend(GpuSession session)
    {
        Session = session;
        _staging = new Staging(session);
        _tables = new ResidentTables(session, _staging);
        _chunks = new(session, _staging);
        _columnValues = new(session, _staging);
        _rowIndices = new(session, _staging);
        _rowSteps = new(session, _staging);
        _rowFactors = new(session, _staging);
        _stepBytes = new(session, _staging);
        _sparseStarts = new(session, _staging);
        _sparseColumns = new(session, _staging);
        _sparseValues = new(session, _staging);
    }

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

    /// <summary>Room for one sum.</summary>
    private GpuTotals Number => _number ??= (GpuTotals)AllocateTotals(1);

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
    /// <remarks>Up to 16 MiB are only queued, from page-locked memory.</remarks>
    public void Write(ReadOnlySpan<float> source, Tensor<float> destination)
    {
        Shapes.Equal(source.Length, destination.Length);
        ArrayView<float> view = View(destination);
        if (source.Length > 0)
        {
            _staging.Upload(source, view);
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
    /// <remarks>
    /// Tables that never change (<see cref="RowSources.Fixed"/>) are copied to the device once, where there is room, and must not be changed afterwards; then only the numbers of the rows go there. Rows of other
    /// sources are read by the host and queued from page-locked memory.
    /// </remarks>
    public void Gather(IRowSource<float> source, ReadOnlySpan<int> rows, Tensor<float> destination)
    {
        Shapes.Gather(source, rows, destination);
        ArrayView<float> target = View(destination);
        if (destination.Length == 0)
        {
            return;
        }

        SparseBatch<float>.Grow(ref _places, rows.Length);
        Span<int> places = _places.AsSpan(0, rows.Length);
        rows.CopyTo(places);
        if (RowSources.Fixed(source, places, out int channels) is { } fixedRows && _tables.Find(fixedRows) is { } table)
        {
            Gather(table, places, new RowOrder(source.Width, channels), target);
            return;
        }

        Span<float> values = _staging.Take<float>(destination.Length);
        source.Read(rows, values);
        _staging.Send(values, target);
    }

    /// <summary>Gives the device back, with the memory of what was not disposed of before.</summary>
    public void Dispose()
    {
        if (_disposed)
        {
            return;
        }

        _disposed = true;
        _staging.Dispose();
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

    internal static void GatherNumbersKernel(Index1D i, ArrayView<float> table, ArrayView<int> rows, RowOrder order, ArrayView<float> y) => y[i] = table[order.Place(i, rows)];

    internal static void GatherBytesKernel(Index1D i, ArrayView<byte> table, ArrayView<float> values, ArrayView<int> rows, RowOrder order, ArrayView<float> y) => y[i] = values[(int)table[order.Place(i, rows)]];

    internal static void GatherClassesKernel(Index1D i, ArrayView<int> labels, ArrayView<int> rows, RowOrder order, ArrayView<float> y) =>
        y[i] = labels[rows[i / order.Width]] == order.Column(i % order.Width) ? 1f : 0f;

    private void Gather(ResidentTable table, ReadOnlySpan<int> places, RowOrder order, ArrayView<float> target)
    {
        ArrayView<int> rows = _rowIndices.Fill(places);
        int length = places.Length * order.Width;
        if (table.Labels is { } labels)
        {
            Each<ArrayView<int>, ArrayView<int>, RowOrder, ArrayView<float>>(GatherClassesKernel)(Session.Stream, length, labels.View.AsContiguous(), rows, order, target);
        }
        else if (table.Bytes is { } bytes)
        {
            Each<ArrayView<byte>, ArrayView<float>, ArrayView<int>, RowOrder, ArrayView<float>>(GatherBytesKernel)(
                Session.Stream, length, bytes.View.AsContiguous(), table.Numbers!.View.AsContiguous(), rows, order, target);
        }
        else
        {
            Each<ArrayView<float>, ArrayView<int>, RowOrder, ArrayView<float>>(GatherNumbersKernel)(Session.Stream, length, table.Numbers!.View.AsContiguous(), rows, order, target);
        }
    }

    /// <summary>Where the numbers of a row stand in its table: as they are read, or [pixels, channels] for what is read as [channels, pixels].</summary>
    internal readonly struct RowOrder(int width, int channels)
    {
        public readonly int Width = width;
        private readonly int _channels = channels;
        private readonly int _pixels = width / channels;

        /// <summary>The column of the table.</summary>
        public int Column(int column) => _channels == 1 ? column : (column % _pixels * _channels) + (column / _pixels);

        /// <summary>The place in the table of an element of the rows that are gathered.</summary>
        public long Place(int index, ArrayView<int> rows) => ((long)rows[index / Width] * Width) + Column(index % Width);
    }
}
