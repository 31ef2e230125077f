using System.Numerics;
using System.Runtime.CompilerServices;

namespace MLNet.GradientTrainers.Kernels;

/// <summary>
/// A network with memory on a back end: weights and gradients in one flat buffer each, activations allocated once for the largest batch.
/// Passes allocate nothing. One thread at a time.
/// </summary>
/// <typeparam name="T">Element type.</typeparam>
public sealed class Network<T> : IDisposable
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly IBackend<T> _backend;
    private readonly LayerPass<T>[] _passes;
    private readonly NetworkMemory<T> _memory;
    private readonly int _firstBackward;
    private readonly bool _training;
    private int _keptRows = -1;

    /// <summary>Allocates a network; its weights are zero until <see cref="Load"/>.</summary>
    /// <param name="definition">The layers.</param>
    /// <param name="backend">Where to compute; it must outlive the network.</param>
    /// <param name="maxRows">Rows of the largest batch, at least 1. Memory grows with it.</param>
    /// <param name="training">True to keep what <see cref="Backward"/> needs; false needs much less memory.</param>
    /// <param name="inputGradient">True to have <see cref="Backward"/> compute <see cref="InputGradient"/> too; needs <paramref name="training"/>.</param>
    /// <param name="inputLayout">The order of the numbers of input images, and of their gradient; without meaning for other inputs.</param>
    /// <param name="layerRates">
    /// A factor of the learning rate for each layer, at least 0; null for 1. Those of 0 are frozen: training leaves them as they are, see the remarks. Smaller rates for the layers of a trained
    /// network than for a fresh head keep what those have learned.
    /// </param>
    /// <exception cref="ArgumentException"><paramref name="maxRows"/> is below 1, or a buffer would exceed 2³¹ elements, or the whole the memory of the machine; or a factor of the learning rate is wrong.</exception>
    /// <remarks>
    /// A frozen layer runs as in prediction: batch normalization by its running statistics, which stay, and no dropout (Keras: <c>trainable = False</c> of a base that is called with
    /// <c>training=False</c>; PyTorch: <c>requires_grad_(False)</c> and <c>eval()</c>). Its parameters have no gradient, so that no step, penalty, decay or limit changes them, and no state of the optimizer; the norm of
    /// the gradient is of the trained ones alone. The backward pass ends at the lowest trained layer: what is below it costs a forward pass, and keeps no results of a batch.
    /// J. Howard, S. Ruder, "Universal language model fine-tuning for text classification", 2018, call different rates discriminative fine-tuning.
    /// </remarks>
    public Network(
        NetworkDefinition definition,
        IBackend<T> backend,
        int maxRows,
        bool training,
        bool inputGradient = false,
        ImageLayout inputLayout = ImageLayout.ChannelsFirst,
        IReadOnlyList<double>? layerRates = null)
    {
        ArgumentNullException.ThrowIfNull(definition);
        ArgumentNullException.ThrowIfNull(backend);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(maxRows);
        if (inputGradient && !training)
        {
            throw new ArgumentException("The input's gradient needs a network made with training: true.", nameof(inputGradient));
        }

        Definition = definition;
        MaxRows = maxRows;
        _backend = backend;
        _training = training;
        Layers = new LayerTraining(definition, layerRates);

        // Nothing before the first layer with weights to train needs a gradient.
        _firstBackward = inputGradient ? 0 : Layers.FirstTrained;
        _memory = new NetworkMemory<T>(definition, backend, maxRows, training ? Layers : null, inputGradient, inputLayout);
        ILookup<int, ParameterSlot> slots = definition.Parameters.OrderBy(slot => slot.Index).ToLookup(slot => slot.Layer);
        _passes = new LayerPass<T>[definition.Layers.Count];
        for (int i = 0; i < _passes.Length; i++)
        {
            _passes[i] = new LayerPass<T>
            {
                Backend = backend,
                InputShape = definition.Shapes[i],
                OutputShape = definition.Shapes[i + 1],
                Parameters = [.. slots[i].Select(slot => _memory.Parameters.Slice(slot.Offset, slot.Length))],
                ParameterGradients = training ? [.. slots[i].Select(slot => Layers.GradientOf(slot) is { } place ? _memory.Gradients.Slice(place, slot.Length) : default)] : [],
            };
        }

        GradientRows = training && TakesSparseInput && !Layers.IsFrozen(0) ? new GradientRows<T>(backend, _passes[0].ParameterGradients[0], definition.Shapes[1].Size) : null;
    }

    /// <summary>The layers.</summary>
    public NetworkDefinition Definition { get; }

    /// <summary>Where the network computes.</summary>
    public IBackend<T> Backend => _backend;

    /// <summary>Rows of the largest batch.</summary>
    public int MaxRows { get; }

    /// <summary>A buffer for a batch: <see cref="MaxRows"/> × input size.</summary>
    public Tensor<T> Input => _memory.Input;

    /// <summary>A buffer for ∂loss/∂output: <see cref="MaxRows"/> × output size; none without training.</summary>
    public Tensor<T> OutputGradient => _memory.OutputGradient;

    /// <summary>All weights, laid out as <see cref="NetworkDefinition.Parameters"/> says; gaps are zero.</summary>
    public Tensor<T> Parameters
    {
        get
        {
            Deferred?.Finish();
            return _memory.Parameters;
        }
    }

    /// <summary>The same while updates may have been put off, for those who know.</summary>
    internal Tensor<T> LateParameters => _memory.Parameters;

    /// <summary>
    /// The gradients of the last <see cref="Backward"/>, laid out like the first <see cref="NetworkDefinition.TrainableLength"/> elements of <see cref="Parameters"/>, or, with frozen layers, like
    /// those without their parameters; none without training.
    /// </summary>
    /// <remarks>While a run trains on sparse batches, the gradient of the first layer's weights is 0 where a step has taken it, and has waited for that since an earlier batch elsewhere.</remarks>
    public Tensor<T> Gradients => _memory.Gradients;

    /// <summary>
    /// ∂loss/∂input of the last <see cref="Backward"/>: <see cref="MaxRows"/> × input size, images in the order of the input; none unless it was asked for at the start.
    /// </summary>
    public Tensor<T> InputGradient => _memory.BorderInputGradient;

    /// <summary>The factor of the learning rate of each layer; 0 for one that is frozen.</summary>
    public IReadOnlyList<double> LayerRates => Layers.Rates;

    /// <summary>Rows that a batch of training must have, as <see cref="NetworkDefinition.SmallestBatch"/> without the layers that are frozen.</summary>
    public int SmallestBatch => Layers.SmallestBatch;

    /// <summary>What training does to the layers.</summary>
    internal LayerTraining Layers { get; }

    /// <summary>Whether batches may be sparse: the first layer is <see cref="Dense"/>.</summary>
    public bool TakesSparseInput => Definition.Layers[0].TakesSparseInput;

    /// <summary>Which rows of the first layer's weights the last <see cref="Backward"/> gave a gradient; null where that can't be told apart.</summary>
    internal GradientRows<T>? GradientRows { get; }

    /// <summary>Updates that training on sparse batches has put off; null for none.</summary>
    internal IDeferredUpdates? Deferred { get; set; }

    /// <summary>Takes over weights.</summary>
    /// <param name="weights">Weights of an equal definition.</param>
    /// <exception cref="ArgumentException">They belong to another network.</exception>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Load(NetworkWeights weights)
    {
        ArgumentNullException.ThrowIfNull(weights);
        if (!Definition.Equals(weights.Definition))
        {
            throw new ArgumentException($"The weights belong to {weights.Definition}, but this network is {Definition}.", nameof(weights));
        }

        T[] values = new T[weights.Values.Length];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = T.CreateTruncating(weights.Values[i]);
        }

        _backend.Write(values, Parameters);
    }

    /// <summary>The current weights, rounded to single precision.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public NetworkWeights Save()
    {
        T[] values = new T[Parameters.Length];
        _backend.Read(Parameters, values);
        float[] rounded = new float[values.Length];
        for (int i = 0; i < rounded.Length; i++)
        {
            rounded[i] = float.CreateTruncating(values[i]);
        }

        return new NetworkWeights(Definition, rounded);
    }

    /// <summary>Computes the outputs of a batch.</summary>
    /// <param name="input">At least rows × input size elements, for example a part of <see cref="Input"/>; images in the layout told at the start. Not changed.</param>
    /// <param name="rows">Samples, in [0, <see cref="MaxRows"/>].</param>
    /// <param name="training">True to drop units and so on.</param>
    /// <param name="key">Key of the random numbers of this pass; layer i uses a key derived from (key, i).</param>
    /// <returns>Rows × output size, images as [channels, height, width]; valid until the next forward pass.</returns>
    /// <exception cref="ArgumentException"><paramref name="rows"/> or the input's length is out of range.</exception>
    /// <exception cref="InvalidOperationException">Training is asked of a network that was made without it.</exception>
    public Tensor<T> Forward(Tensor<T> input, int rows, bool training = false, ulong key = 0)
    {
        CheckForward(rows, training);
        if (input.Length < (long)rows * Definition.InputShape.Size)
        {
            throw new ArgumentException($"{rows} rows of {Definition.InputShape.Size} inputs need more than {input.Length} elements.", nameof(input));
        }

        Deferred?.Finish();
        Tensor<T> x = input.Slice(0, rows * Definition.InputShape.Size);
        if (!_memory.InputImage.IsNone)
        {
            Tensor<T> image = _memory.InputImage.Slice(0, x.Length);
            BorderOrder.FromBorder(_backend, Definition.InputShape, x, image, rows);
            x = image;
        }

        return Forward(x, null, rows, training, key);
    }

    /// <summary>Computes the outputs of a sparse batch: the same bits as of its rows stored dense, at a cost that grows with the values that are not 0.</summary>
    /// <param name="input">At most <see cref="MaxRows"/> rows of the input's size. Not changed; it must stay as it is until the backward pass is done.</param>
    /// <param name="training">True to drop units and so on.</param>
    /// <param name="key">Key of the random numbers of this pass; layer i uses a key derived from (key, i).</param>
    /// <returns>Rows × output size, images as [channels, height, width]; valid until the next forward pass.</returns>
    /// <exception cref="ArgumentException">The rows are too many, or have another width.</exception>
    /// <exception cref="InvalidOperationException">
    /// The network's first layer takes no sparse input (<see cref="TakesSparseInput"/>), or training is asked of a network that was made without it.
    /// </exception>
    public Tensor<T> Forward(SparseBatch<T> input, bool training = false, ulong key = 0)
    {
        ArgumentNullException.ThrowIfNull(input);
        CheckForward(input.Rows, training);
        if (!TakesSparseInput)
        {
            throw new InvalidOperationException($"The first layer of {Definition} takes no sparse rows; only a dense layer does. Give the rows dense.");
        }

        if (input.Width != Definition.InputShape.Size)
        {
            throw new ArgumentException($"The rows have {input.Width} columns, but the network takes {Definition.InputShape.Size} inputs.", nameof(input));
        }

        if (Deferred is not null)
        {
            Deferred.Finish(input.ByColumn.Used);
        }

        return Forward(default, input, input.Rows, training, key);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private Tensor<T> Forward(Tensor<T> x, SparseBatch<T>? sparse, int rows, bool training, ulong key)
    {
        _passes[0].SparseInput = sparse;
        for (int i = 0; i < _passes.Length; i++)
        {
            LayerPass<T> pass = _passes[i];
            pass.Rows = rows;
            pass.Training = training && !Layers.IsFrozen(i);
            pass.RandomKey = RandomKey.Derive(key, (ulong)i);
            pass.Input = x;
            pass.Output = _memory.Output(i, rows);
            pass.Workspace = _memory.Workspace(i, rows);
            Definition.Layers[i].Forward(pass);
            x = pass.Output;
        }

        _keptRows = _training ? rows : -1;
        if (!_memory.OutputImage.IsNone)
        {
            Tensor<T> image = _memory.OutputImage.Slice(0, x.Length);
            BorderOrder.ToBorder(_backend, Definition.OutputShape, x, image, rows);
            x = image;
        }

        return x;
    }

    /// <summary>Computes <see cref="Gradients"/> for the batch of the last forward pass.</summary>
    /// <param name="outputGradient">∂loss/∂output, at least rows × output size, for example a part of <see cref="OutputGradient"/>. Overwritten.</param>
    /// <param name="rows">As in the forward pass.</param>
    /// <exception cref="ArgumentException"><paramref name="rows"/> or the gradient's length is not as in the forward pass.</exception>
    /// <exception cref="InvalidOperationException">There was no forward pass that kept what is needed.</exception>
    public void Backward(Tensor<T> outputGradient, int rows) => BackwardByLayer(outputGradient, rows, null);

    /// <summary>The same as <see cref="Backward"/>, telling each layer whose gradients are there.</summary>
    /// <param name="outputGradient">∂loss/∂output. Overwritten.</param>
    /// <param name="rows">As in the forward pass.</param>
    /// <param name="done">Called with the layer, from the last one to the first that is trained; null for nothing.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal void BackwardByLayer(Tensor<T> outputGradient, int rows, Action<int>? done)
    {
        if (_keptRows < 0)
        {
            throw new InvalidOperationException(
                _training ? "Call Forward before Backward." : "This network was made for prediction only. Create it with training: true.");
        }

        int outputs = Definition.OutputShape.Size;
        if (rows != _keptRows || outputGradient.Length < (long)rows * outputs)
        {
            throw new ArgumentException(
                $"The forward pass had {_keptRows} rows of {outputs} outputs; the backward pass has {rows} rows and {outputGradient.Length} elements.", nameof(rows));
        }

        Tensor<T> gradient = outputGradient.Slice(0, rows * outputs);
        if (!_memory.OutputGradientImage.IsNone)
        {
            Tensor<T> image = _memory.OutputGradientImage.Slice(0, gradient.Length);
            BorderOrder.FromBorder(_backend, Definition.OutputShape, gradient, image, rows);
            gradient = image;
        }

        GradientRows?.Begin(_passes[0].SparseInput);
        for (int i = _passes.Length - 1; i >= _firstBackward; i--)
        {
            LayerPass<T> pass = _passes[i];
            pass.OutputGradient = gradient;
            pass.InputGradient = i == _firstBackward && InputGradient.IsNone ? default : _memory.InputGradient(i, rows);
            Definition.Layers[i].Backward(pass);
            gradient = pass.InputGradient;
            done?.Invoke(i);
        }

        if (!InputGradient.IsNone && !_memory.InputImage.IsNone)
        {
            BorderOrder.ToBorder(_backend, Definition.InputShape, gradient, InputGradient.Slice(0, gradient.Length), rows);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _memory.Dispose();

    private void CheckForward(int rows, bool training)
    {
        if (training && !_training)
        {
            throw new InvalidOperationException("This network was made for prediction only. Create it with training: true.");
        }

        if ((uint)rows > (uint)MaxRows)
        {
            throw new ArgumentOutOfRangeException(nameof(rows), rows, $"A batch of {rows} rows does not fit: the network was made for at most {MaxRows}.");
        }
    }
}
