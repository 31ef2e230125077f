using System.Globalization;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace MLNet.GradientTrainers.Kernels;

/// <summary>
/// The buffers of a network. With training every layer keeps its output, unless the next one works in place, and its workspace; without, and below the lowest layer that is trained, two outputs take turns
/// and all layers share one workspace. Gradients of activations take turns in two buffers. Images that lie otherwise at the border than inside have a copy of
/// their own (see <see cref="BorderOrder"/>).
/// </summary>
internal sealed class NetworkMemory<T> : IDisposable
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly NetworkDefinition _definition;
    private readonly IBackend<T> _backend;
    private readonly int _maxRows;
    private readonly int? _first;
    private readonly Tensor<T>[] _outputs;
    private readonly Tensor<T>[] _workspaces;
    private readonly Tensor<T>[] _gradients;
    private readonly int[] _workspaceSizes;
    private readonly List<TensorBuffer<T>> _owned = [];
    private Tensor<T> _input;

    /// <param name="definition">The network.</param>
    /// <param name="backend">Where the buffers are.</param>
    /// <param name="maxRows">Rows of the largest batch.</param>
    /// <param name="training">What training does to the layers; null for prediction alone.</param>
    /// <param name="inputGradient">Whether the input's gradient is wanted.</param>
    /// <param name="inputLayout">The order of the numbers of input images.</param>
    public NetworkMemory(NetworkDefinition definition, IBackend<T> backend, int maxRows, LayerTraining? training, bool inputGradient, ImageLayout inputLayout)
    {
        _definition = definition;
        _backend = backend;
        _maxRows = maxRows;
        _first = training is null ? null : inputGradient ? 0 : training.FirstTrained;
        int layers = definition.Layers.Count;
        int[] sizes = OutputSizes(definition);
        _workspaceSizes = WorkspaceSizes(definition);
        bool sparse = definition.Layers[0].TakesSparseInput;
        CheckFits(definition, maxRows, _first, input: !sparse, backend.FreeMemory);
        Parameters = Allocate(backend, definition.ParameterLength, 1);
        _input = sparse ? default : Allocate(backend, definition.InputShape.Size, maxRows);
        InputImage = inputLayout == ImageLayout.ChannelsLast ? default : Image(backend, definition.InputShape, maxRows);
        OutputImage = Image(backend, definition.OutputShape, maxRows);
        int kept = _first ?? layers;
        int[] passing = sizes[..kept];
        Tensor<T> even = Allocate(backend, Largest(passing, 0), maxRows);
        Tensor<T> odd = Allocate(backend, Largest(passing, 1), maxRows);
        Tensor<T> workspace = Allocate(backend, _workspaceSizes.Take(kept).DefaultIfEmpty(0).Max(), maxRows);
        _outputs = [.. sizes.Select((_, i) => i % 2 == 0 ? even : odd)];
        _workspaces = [.. sizes.Select(_ => workspace)];
        _gradients = [];
        if (training is not null)
        {
            Gradients = Allocate(backend, training.GradientLength, 1);
            for (int i = kept; i < layers; i++)
            {
                _outputs[i] = i > kept && LayerChain.InPlace(definition.Layers, i) ? _outputs[i - 1] : Allocate(backend, sizes[i], maxRows);
                _workspaces[i] = Allocate(backend, _workspaceSizes[i], maxRows);
            }

            OutputGradientImage = Image(backend, definition.OutputShape, maxRows);
            int first = inputGradient && !InputImage.IsNone ? 0 : kept + 1;
            int inner = definition.Shapes.Skip(first).SkipLast(1).Select(shape => shape.Size).DefaultIfEmpty(0).Max();
            _gradients = [Allocate(backend, Math.Max(inner, sizes[^1]), maxRows), Allocate(backend, inner, maxRows)];
            OutputGradient = _gradients[0].Slice(0, sizes[^1] * maxRows);
            BorderInputGradient = inputGradient ? Allocate(backend, definition.InputShape.Size, maxRows) : default;
        }
    }

    public Tensor<T> Parameters { get; }

    public Tensor<T> Gradients { get; }

    /// <summary>Taken when it is first asked for where batches may be sparse: they need none, and theirs would be large.</summary>
    public Tensor<T> Input
    {
        get
        {
            if (_input.IsNone)
            {
                CheckFits(_definition, _maxRows, _first, input: true, _backend.FreeMemory);
                _input = Allocate(_backend, _definition.InputShape.Size, _maxRows);
            }

            return _input;
        }
    }

    public Tensor<T> OutputGradient { get; }

    /// <summary>The input as it lies inside; none when that is as at the border.</summary>
    public Tensor<T> InputImage { get; }

    /// <summary>The output as it lies at the border; none when that is as inside.</summary>
    public Tensor<T> OutputImage { get; }

    /// <summary>The output's gradient as it lies inside; none when that is as at the border.</summary>
    public Tensor<T> OutputGradientImage { get; }

    /// <summary>∂loss/∂input as it lies at the border; none when nobody wants it.</summary>
    public Tensor<T> BorderInputGradient { get; }

    public Tensor<T> Output(int layer, int rows) => _outputs[layer].Slice(0, rows * _definition.Shapes[layer + 1].Size);

    public Tensor<T> Workspace(int layer, int rows) => _workspaces[layer].Slice(0, rows * _workspaceSizes[layer]);

    /// <summary>
    /// The last layer's output gradient may lie in buffer 0, so its input gradient goes to buffer 1, and so on in turn. The first layer's goes to the border, if it lies there as inside.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public Tensor<T> InputGradient(int layer, int rows) =>
        (layer == 0 && InputImage.IsNone ? BorderInputGradient : _gradients[(_definition.Layers.Count - layer) % 2]).Slice(0, rows * _definition.Shapes[layer].Size);

    public void Dispose()
    {
        foreach (TensorBuffer<T> buffer in _owned)
        {
            buffer.Dispose();
        }

        _owned.Clear();
    }

    /// <summary>Told before anything is taken: a process that takes more memory than there is gets ended without a word.</summary>
    /// <param name="definition">The network.</param>
    /// <param name="maxRows">Rows of the largest batch.</param>
    /// <param name="first">The lowest layer that keeps what a backward pass needs; null for prediction alone.</param>
    /// <param name="input">Whether there is a buffer for the input.</param>
    /// <param name="free">Bytes that are free; null for those of the machine.</param>
    public static void CheckFits(NetworkDefinition definition, int maxRows, int? first, bool input, long? free = null)
    {
        int[] sizes = OutputSizes(definition);
        int kept = first ?? sizes.Length;
        long row = (long)Largest(sizes[..kept], 0) + Largest(sizes[..kept], 1) + WorkspaceSizes(definition).Take(kept).DefaultIfEmpty(0).Max();
        if (first is not null)
        {
            // What each layer keeps; and the gradients of activations, in two buffers.
            row += LayerChain.Kept([.. definition.Layers.Skip(kept)], [.. definition.Shapes.Skip(kept)]);
            row += sizes[kept..].SkipLast(1).DefaultIfEmpty(0).Max() + (long)sizes[kept..].DefaultIfEmpty(0).Max();
        }

        double bytesOfRow = Unsafe.SizeOf<T>() * (double)((input ? definition.InputShape.Size : 0) + row);
        double bytesOfWeights = Unsafe.SizeOf<T>() * (first is null ? 1 : 2.0) * definition.ParameterLength;
        double bytes = (bytesOfRow * maxRows) + bytesOfWeights;

        // Without a back end's own, the machine's (or container's) memory: the first unless the managed heap has a limit of its own, which is none for these buffers.
        GCMemoryInfo memory = GC.GetGCMemoryInfo();
        double available = free ?? Math.Max(memory.TotalAvailableMemoryBytes, memory.HighMemoryLoadThresholdBytes);
        if (bytes > available)
        {
            const double Gibi = 1 << 30;
            double fits = Math.Floor((available - bytesOfWeights) / bytesOfRow);
            string advice = fits >= 1 ? $"Use a batch of at most {fits:N0} rows" : "Use a smaller batch";
            throw new ArgumentException(
                string.Create(CultureInfo.InvariantCulture, $"A batch of {maxRows} rows takes at least {bytes / Gibi:0.0} GiB, but {(free is null ? "this machine has" : "the device has free")} {available / Gibi:0.0} GiB. {advice}, smaller images or smaller layers."),
                nameof(maxRows));
        }
    }

    private static int[] OutputSizes(NetworkDefinition definition) => [.. definition.Shapes.Skip(1).Select(shape => shape.Size)];

    private static int[] WorkspaceSizes(NetworkDefinition definition) => [.. definition.Layers.Select((layer, i) => layer.WorkspaceSize(definition.Shapes[i]))];

    /// <summary>The largest output of every other layer.</summary>
    private static int Largest(int[] sizes, int first) => sizes.Where((_, i) => i % 2 == first).DefaultIfEmpty(0).Max();

    private Tensor<T> Image(IBackend<T> backend, TensorShape shape, int rows) =>
        BorderOrder.Differs(shape) ? Allocate(backend, shape.Size, rows) : default;

    private Tensor<T> Allocate(IBackend<T> backend, int size, int rows)
    {
        long length = (long)size * rows;
        if (length > Array.MaxLength)
        {
            Dispose();
            throw new ArgumentException($"A batch of {rows} rows of {size} elements exceeds {Array.MaxLength:N0} elements. Use a smaller batch.", nameof(rows));
        }

        Tensor<T> tensor = backend.Allocate((int)length);
        _owned.Add(tensor.Buffer!);
        return tensor;
    }
}
