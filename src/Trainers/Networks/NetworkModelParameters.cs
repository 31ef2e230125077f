using Microsoft.ML.Data;
using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers;

/// <summary>
/// A trained network: its layers, weights and training history. Thread-safe.
/// </summary>
public abstract class NetworkModelParameters : IRowScorer
{
    private const int LargestBlock = 256;
    private const int LargestBlockElements = 1 << 22;

    /// <summary>Rows of a block for a thread: a call costs some microseconds by itself.</summary>
    private const int SmallestBlock = 8;

    /// <summary>Multiply-adds of a block for a thread: about a third of a millisecond.</summary>
    private const long BlockMultiplyAdds = 1 << 24;

    private readonly Predictor _predictor;
    private readonly int _blockRows;
    private NetworkWeights? _copy;

    private protected NetworkModelParameters(NetworkDefinition definition, NetworkWeights weights, OutputLink link, TrainingHistory history, ImageLayout inputLayout = ImageLayout.ChannelsFirst)
    {
        Definition = definition;
        OwnWeights = weights;
        History = history;
        Link = link;
        InputLayout = inputLayout;
        int most = RowsAtOnce(definition);
        _predictor = new Predictor(weights, new PredictorOptions { Link = link, InputLayout = inputLayout, MaxRows = most }, copy: false);
        _blockRows = (int)Math.Min(Math.Clamp(BlockMultiplyAdds / Math.Max(1, definition.MultiplyAdds), SmallestBlock, LargestBlock), most);
    }

    /// <summary>The layers and the shapes between them.</summary>
    public NetworkDefinition Definition { get; }

    /// <summary>The weights of all layers: a copy, made when it is first asked for. Changing it changes nothing in the model.</summary>
    public NetworkWeights Weights => LazyInitializer.EnsureInitialized(ref _copy, OwnWeights.Clone);

    /// <summary>The weights that the model scores with; not to be changed.</summary>
    internal NetworkWeights OwnWeights { get; }

    /// <summary>Loss and metric of each epoch, of training and validation rows.</summary>
    public TrainingHistory History { get; }

    /// <summary>What makes scores of the last layer's outputs: the <see cref="Loss.Link"/> of the loss that was trained with.</summary>
    public OutputLink Link { get; }

    /// <summary>The order of the numbers of images in the feature column; without meaning for other features.</summary>
    public ImageLayout InputLayout { get; }

    /// <summary>
    /// The layers as a table: output shapes, weights, multiply-adds and bytes of each, and their totals. See <see cref="NetworkSummary"/> for what the columns count.
    /// </summary>
    public string Summary() => NetworkSummary.Of(Definition, InputLayout);

    /// <summary>
    /// Saves the weights as a safetensors file, under the names of PyTorch's state dict for the same layers: see <see cref="Safetensors"/>, which reads them, too. Layers that scale features are
    /// called <c>scaling</c>.
    /// </summary>
    /// <remarks>The file holds no layers, classes or columns; <c>mlContext.Model.Save</c> keeps all.</remarks>
    /// <param name="path">The file. Its folder must exist; an existing file is replaced when all is written.</param>
    /// <inheritdoc cref="AtomicFile.Write(string, Action{Stream})" path="/exception"/>
    public void SaveSafetensors(string path) => AtomicFile.Write(path, SaveSafetensors);

    /// <summary>Writes the weights to a stream, as <see cref="SaveSafetensors(string)"/> does.</summary>
    /// <param name="stream">Receives the file; it stays open.</param>
    public void SaveSafetensors(Stream stream) => Safetensors.Write(OwnWeights, stream);

    /// <summary>The task and the layers, for example <c>A classifier of 3 classes: [4] → dense [16] → dense [3]</c>.</summary>
    public override string ToString() => $"{Task}: {Definition}";

    /// <summary>What the network is for, in some words.</summary>
    private protected abstract string Task { get; }

    /// <summary>The type of the feature column, whose values are of a type.</summary>
    internal VectorDataViewType FeatureType(PrimitiveDataViewType item) => new(item, Dimensions(InputLayout));

    /// <summary>The dimensions of the feature column for a layout of images.</summary>
    private int[] Dimensions(ImageLayout layout)
    {
        TensorShape shape = Definition.InputShape;
        return layout == ImageLayout.ChannelsLast ? [shape[1], shape[2], shape[0]] : shape.Dimensions.ToArray();
    }

    /// <summary>Rows whose largest intermediate result takes some megabytes: a fixed number would take gigabytes for large images.</summary>
    private static int RowsAtOnce(NetworkDefinition definition)
    {
        int largest = definition.Shapes.Max(shape => shape.Size);
        for (int i = 0; i < definition.Layers.Count; i++)
        {
            largest = Math.Max(largest, definition.Layers[i].WorkspaceSize(definition.Shapes[i]));
        }

        return Math.Clamp(LargestBlockElements / largest, 1, LargestBlock);
    }

    /// <summary>Images in the other layout have as many values, and would be scored as noise.</summary>
    string? IRowScorer.ProblemWith(VectorDataViewType features)
    {
        var other = InputLayout == ImageLayout.ChannelsLast ? ImageLayout.ChannelsFirst : ImageLayout.ChannelsLast;
        return Definition.InputShape is { Rank: 3 } shape && shape[0] > 1 && features.Dimensions.SequenceEqual(Dimensions(other)) && !features.Dimensions.SequenceEqual(Dimensions(InputLayout))
            ? $"its images lie as [{string.Join(", ", features.Dimensions)}], but the model was trained on [{string.Join(", ", Dimensions(InputLayout))}]. Prepare them as for the training."
            : null;
    }

    int IRowScorer.InputSize => _predictor.InputSize;

    int IRowScorer.OutputSize => _predictor.OutputSize;

    int IRowScorer.BlockRows => _blockRows;

    void IRowScorer.Score(ReadOnlySpan<float> rows, int count, Span<float> scores) => _predictor.Predict(rows, count, scores);

    bool IRowScorer.PrefersSparse(int values) => _predictor.PrefersSparse(values);

    void IRowScorer.Score(SparseBatch<float> rows, Span<float> scores) => _predictor.Predict(rows, scores);

    string IRowScorer.WriteOnnx(IOnnxGraph graph, string features)
    {
        string shape = graph.AddConstant("features.shape", [-1, .. Dimensions(InputLayout).Select(size => (long)size)]);
        return graph.AddNetwork(OwnWeights, graph.AddNode("Reshape", "features.Reshape", [features, shape]), Link, InputLayout);
    }
}
