using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Runtime;
using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers;

/// <summary>The options that all trainers of networks share. What is null is chosen by the training rows, and told.</summary>
public abstract record NetworkTrainerOptions : TrainingOptions, ITrainerInput
{
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
    /// Weights that a fit starts from in place of fresh ones: of a network read by <see cref="Safetensors"/> or <see cref="OnnxModel.ToNetwork(string, TensorShape, string)"/>, or of a fitted model. Null, the default, for none.
    /// </summary>
    /// <remarks>
    /// Layer by layer they must be of the same kinds and sizes as the trainer's own, without those that scale features; only the last one with weights may differ, the head of another task, which
    /// then starts fresh. A fitted model's scale of features is taken over; weights from elsewhere were trained on features as they came, so that <see cref="FeatureScaling"/> should be
    /// <see cref="FeatureScaling.None"/> for them. Sparse rows are then not scaled, and one network is trained. A model given to <c>Fit</c> to go on with goes before.
    /// </remarks>
    public NetworkWeights? InitialWeights { get; set; }

    /// <summary>
    /// Threads to compute with, at least 1; null for all cores. The result is the same for any number. More than four times the cores, or 16 where that is more, count as so
    /// many, and where the system refuses a thread, as in a container whose processes are limited, training goes on with fewer.
    /// </summary>
    public int? NumberOfThreads { get; set; }

    /// <summary>Where training runs: on the processor, or on a GPU. Default: <see cref="ComputeDevice.Auto"/>.</summary>
    public ComputeDevice Device { get; set; } = ComputeDevice.Auto;

    /// <summary>What computes on the processor. Default: the fastest one of this machine; another one leaves no choice of a device.</summary>
    public BackendKind Backend { get; set; } = BackendKind.Auto;

    void ITrainerInput.CopyLists()
    {
        InitialWeights = InitialWeights?.Clone();
        CopyLists();
    }

    /// <summary>Gives a copy of the options the lists of its kind.</summary>
    private protected virtual void CopyLists()
    {
    }

    /// <summary>The options with what they leave open chosen by the rows.</summary>
    /// <param name="rows">Training rows, at least 1.</param>
    internal abstract NetworkTrainerOptions Chosen(int rows);

    /// <summary>The same where rows that were not trained on are to choose among several: all have the same layers and members.</summary>
    internal virtual IReadOnlyList<NetworkTrainerOptions> Candidates(in TrainingFacts facts) => [Chosen(facts.Rows) with { Members = Members ?? 1 }];

    /// <summary>The options with what they leave open of the layers as in a network that training goes on with.</summary>
    internal virtual NetworkTrainerOptions Like(NetworkDefinition member) => this;

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
        Require(InitialWeights is null || Members is null or 1, nameof(Members), Members, $"1, or null, where {nameof(InitialWeights)} are given: several members would start alike");
        Require(Members is null or (>= 1 and <= MostMembers), nameof(Members), Members, $"in [1, {MostMembers}], or null to choose");
        Require(Enum.IsDefined(FeatureScaling), nameof(FeatureScaling), FeatureScaling, $"one of {string.Join(", ", Enum.GetNames<FeatureScaling>())}");
        Require(Device is not null, nameof(Device), "null", $"{nameof(ComputeDevice.Auto)}, {nameof(ComputeDevice.Cpu)} or {nameof(ComputeDevice.Gpu)}(index)");
        Require((Device!.Indices.Count == 0 && !Device.IsTogether) || Backend == BackendKind.Auto, nameof(Backend), Backend, $"{nameof(BackendKind.Auto)} where {nameof(Device)} is a GPU: back ends are the processor's");
        Require(Enum.IsDefined(Backend), nameof(Backend), Backend, $"one of {string.Join(", ", Enum.GetNames<BackendKind>())}");
    }
}
