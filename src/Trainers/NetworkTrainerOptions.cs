using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Runtime;
using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers;

/// <summary>The options that all trainers of networks share. What is null is chosen by the training rows, and told.</summary>
public abstract record NetworkTrainerOptions : TrainingOptions, ITrainerInput
{
    /// <summary>The rate of old layers below a fresh head: docs/trainers.md has what was measured.</summary>
    internal const double UsualStartFromRateFactor = 0.3;

    private const int MostMembers = 1024;

    [SetsRequiredMembers]
    private protected NetworkTrainerOptions(Loss loss)
    {
        Loss = loss;
        Optimizer = null;
        NumberOfEpochs = null;
        BatchSize = null;
    }

    /// <inheritdoc/>
    public string LabelColumnName { get; set; } = DefaultColumns.Label;

    /// <inheritdoc/>
    public string FeatureColumnName { get; set; } = DefaultColumns.Features;

    /// <inheritdoc/>
    public string? ExampleWeightColumnName { get; set; }

    /// <inheritdoc/>
    public IDataView? ValidationSet { get; set; }

    /// <inheritdoc/>
    public string? CheckpointPath { get; set; }

    /// <inheritdoc/>
    public int? CheckpointEveryEpochs { get; set; }

    /// <inheritdoc/>
    public double? CheckpointEverySeconds { get; set; } = CheckpointClock.DefaultSeconds;

    /// <inheritdoc/>
    public RowStorage Rows { get; set; }

    /// <inheritdoc/>
    public long? MemoryLimit { get; set; }

    /// <inheritdoc/>
    public string? SpillFolder { get; set; }

    /// <summary>
    /// What is done to features before the network sees them; it is part of the model. Default: <see cref="FeatureScaling.Auto"/>, which for tables is <see cref="FeatureScaling.Robust"/>:
    /// (x − median) / distance of the quartiles, its tails shortened by 3 · asinh(x/3); for images mean and standard deviation of each channel; and for rows that are stored sparse x / max |x|, folded into the first layer, where their values are above 10 or all below 0.001.
    /// A model that training goes on with keeps its own; asking for another one is refused.
    /// </summary>
    public FeatureScaling FeatureScaling { get; set; } = FeatureScaling.Auto;

    /// <summary>
    /// Networks that are trained, each from a start of its own, and whose mean outputs are the model's: at least 1. Several train side by side, each on all but a part of the rows, which
    /// tells how well it predicts what it has not seen; rows that are given for that take its place. Epochs are then told when all are trained, as the mean of those of the members, and batches as they come, those of strengths that are tried in vain as well. Null: 4 for perceptrons on 32 to 4,000 rows that are not sparse, with
    /// <see cref="DescentOptions.NumberOfEpochs"/> null; else 1.
    /// </summary>
    public int? Members { get; set; }

    /// <summary>
    /// A trained network whose layers a fit starts from in place of fresh ones (transfer learning): a fitted model, a network read by <see cref="OnnxModel.ToNetwork(string, TensorShape, string)"/>, or weights read by
    /// <see cref="Safetensors"/>; all convert by themselves, and <see cref="PretrainedNetwork.Of"/> finds the one of a loaded pipeline. Null, the default, for none.
    /// </summary>
    /// <remarks>
    /// Layers that the options leave open are those of the network; given ones must be the same, layer by layer, told before a row is read. Only the last one with weights may differ, the head of another task: it, and what
    /// follows it, starts fresh where it has other outputs (see <see cref="NewHead"/>). What a fitted model does to features comes along, as its layers were trained behind it; networks from elsewhere get features as they came.
    /// Sparse rows are not scaled. <see cref="PretrainedNetwork.Take"/> leaves upper layers out, for others in their place. Of an ensemble each member starts from one of its own. What the network learned on is forgotten bit by bit: <see cref="FreezeUpTo"/> and <see cref="StartFromRateFactor"/> keep it.
    /// To train the head alone first and all layers at a small rate afterwards, fit twice: the second fit starts from the first one's model.
    /// </remarks>
    public PretrainedNetwork? StartFrom { get; set; }

    /// <summary>
    /// Layers that training leaves as they are: those up to this number, at least 1, as the <c>Summary</c> of the network that the fit starts from numbers them, layers in front that scale features included (of an ensemble
    /// those of one member behind them). Null, the default, for none.
    /// </summary>
    /// <remarks>
    /// Frozen layers run as in prediction: batch normalization by its running statistics, which stay, and no dropout. No gradient is computed for them and below them, so that they cost a forward pass. The network is that of
    /// <see cref="StartFrom"/>, or the model given to <c>Fit</c> to go on with. To freeze all but the head, give the number of layers of <see cref="PretrainedNetwork.Definition"/> less one.
    /// </remarks>
    public int? FreezeUpTo { get; set; }

    /// <summary>
    /// The learning rate of layers that come from <see cref="StartFrom"/>, in parts of the rate of fresh ones, in (0, 1]. Null, the default: 0.3 where there are fresh layers, else 1. Without effect on frozen layers.
    /// </summary>
    /// <remarks>J. Howard, S. Ruder, "Universal language model fine-tuning for text classification", 2018. docs/trainers.md has what was measured.</remarks>
    public double? StartFromRateFactor { get; set; }

    /// <summary>
    /// Whether the last layer starts fresh in place of that of <see cref="StartFrom"/>. Null, the default: where its outputs are others, by their number, their kind or their classes. Classes whose names are not known, and yes or
    /// no, are taken for the same: set true where they mean something else.
    /// </summary>
    public bool? NewHead { get; set; }

    /// <summary>
    /// Threads to compute with, at least 1; null for all cores. The result is the same for any number. More than four times the cores, or 16 where that is more, count as so
    /// many, and where the system refuses a thread, as in a container whose processes are limited, training goes on with fewer.
    /// </summary>
    public int? NumberOfThreads { get; set; }

    /// <summary>Where training runs: on the processor, or on a GPU. Default: <see cref="ComputeDevice.Auto"/>.</summary>
    public ComputeDevice Device { get; set; } = ComputeDevice.Auto;

    /// <inheritdoc/>
    /// <remarks>Each computes some of the <see cref="TrainingOptions.Shards"/> of every batch. <see cref="Members"/> that are left open are 1; several are trained one after another.</remarks>
    public Communicator? Communicator { get; set; }

    /// <summary>What computes on the processor. Default: the fastest one of this machine; another one leaves no choice of a device.</summary>
    public BackendKind Backend { get; set; } = BackendKind.Auto;

    void ITrainerInput.CopyLists() => CopyLists();

    /// <summary>Gives a copy of the options the lists of its kind.</summary>
    private protected virtual void CopyLists()
    {
    }

    /// <summary>The options with what they leave open chosen by the rows.</summary>
    /// <param name="rows">Training rows, at least 1.</param>
    internal abstract NetworkTrainerOptions Chosen(int rows);

    /// <summary>The same where rows that were not trained on are to choose among several: all have the same layers and members.</summary>
    internal virtual IReadOnlyList<NetworkTrainerOptions> Candidates(in TrainingFacts facts) => [Chosen(facts.Rows) with { Members = Members ?? 1 }];

    /// <summary>The options with what they leave open of the layers as in a network that training goes on with or starts from.</summary>
    /// <param name="member">The network, layers in front that scale features included.</param>
    /// <param name="outputs">Outputs that the label asks for.</param>
    /// <param name="hasHead">Whether its last layer gives the outputs of a task.</param>
    internal virtual NetworkTrainerOptions Like(NetworkDefinition member, int outputs, bool hasHead = true) => this;

    /// <summary>Whether the layers are those of a network to start from.</summary>
    internal virtual bool AreLayersOpen => false;

    /// <summary>What to do where the layers differ from those of a network to start from, in the words of the options; without a full stop.</summary>
    internal abstract string SameLayers { get; }

    /// <summary>What is done to features that are neither images nor sparse.</summary>
    internal virtual FeatureScaling TableScaling => FeatureScaling;

    /// <summary>Whether a model to go on with has weights of features as they come, for which new rows choose the scale.</summary>
    internal virtual bool RescalesStart => false;

    /// <summary>Bins that each feature is encoded in; 0 for none.</summary>
    internal virtual int Bins => 0;

    /// <summary>What sets a candidate apart from the others.</summary>
    internal virtual string Difference => "";

    /// <summary>What was chosen, in the words of the options, so that a user can copy it; empty for nothing.</summary>
    /// <param name="asked">The options before.</param>
    internal string Choices(NetworkTrainerOptions asked) => string.Join(", ", ChoicesOf(asked));

    /// <summary>Whether trainers of this kind choose among several members, so that one is worth a word.</summary>
    private protected virtual bool HasMembers => false;

    private protected virtual IEnumerable<string> ChoicesOf(NetworkTrainerOptions asked)
    {
        if (asked.NumberOfEpochs is null)
        {
            yield return $"{nameof(NumberOfEpochs)} = {NumberOfEpochs}";
        }

        if (asked.BatchSize is null)
        {
            yield return $"{nameof(BatchSize)} = {BatchSize}";
        }

        if (asked.LearningRate is null && LearningRate is { } rate)
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"{nameof(LearningRate)} = {rate}");
        }

        if (asked.Members is null && (Members > 1 || HasMembers))
        {
            yield return $"{nameof(Members)} = {Members}";
        }
    }

    /// <summary>The network for a feature column of these dimensions.</summary>
    internal abstract NetworkDefinition Define(TensorShape features, int outputs);

    /// <summary>The order of the numbers of images in a feature column of these dimensions.</summary>
    internal virtual ImageLayout Layout(TensorShape features) => ImageLayout.ChannelsFirst;

    /// <summary>What is done to training images of a shape; null for nothing. The channel is told what is chosen.</summary>
    internal virtual ImageAugmentation? Augments(TensorShape images, IChannel channel) => null;

    /// <inheritdoc/>
    public override void Validate()
    {
        base.Validate();
        TrainerInput.Validate(this, ValidationFraction, Require);
        Require(NumberOfThreads is null or >= 1, nameof(NumberOfThreads), NumberOfThreads, "at least 1, or null for all cores");
        Require(FreezeUpTo is null or >= 1, nameof(FreezeUpTo), FreezeUpTo, "at least 1, the number of the last layer to freeze, or null for none");
        Require(StartFromRateFactor is null or (> 0 and <= 1), nameof(StartFromRateFactor), StartFromRateFactor, $"above 0 and at most 1, or null to choose; {nameof(FreezeUpTo)} leaves layers as they are");
        Require(StartFrom is not null || StartFromRateFactor is null, nameof(StartFromRateFactor), StartFromRateFactor, $"null without {nameof(StartFrom)}");
        Require(StartFrom is not null || NewHead is null, nameof(NewHead), NewHead, $"null without {nameof(StartFrom)}");
        Require(Members is null or (>= 1 and <= MostMembers), nameof(Members), Members, $"in [1, {MostMembers}], or null to choose");
        Require(Enum.IsDefined(FeatureScaling), nameof(FeatureScaling), FeatureScaling, $"one of {string.Join(", ", Enum.GetNames<FeatureScaling>())}");
        Require(Device is not null, nameof(Device), "null", $"{nameof(ComputeDevice.Auto)}, {nameof(ComputeDevice.Cpu)} or {nameof(ComputeDevice.Gpu)}(index)");
        Require((Device!.Indices.Count == 0 && !Device.IsTogether) || Backend == BackendKind.Auto, nameof(Backend), Backend, $"{nameof(BackendKind.Auto)} where {nameof(Device)} is a GPU: back ends are the processor's");
        Require(Enum.IsDefined(Backend), nameof(Backend), Backend, $"one of {string.Join(", ", Enum.GetNames<BackendKind>())}");
    }
}
