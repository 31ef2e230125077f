using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Microsoft.ML.Runtime;
using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers;

/// <summary>The options that the trainers of convolutional networks share.</summary>
public abstract record CnnOptions : NetworkTrainerOptions
{
    private IReadOnlyList<Layer> _layers = CnnTrainer.Defaults.Layers;
    private bool _areLayersOpen = true;

    [SetsRequiredMembers]
    private protected CnnOptions(Loss loss)
        : base(loss) => Schedule = new CosineAnnealing();

    /// <summary>
    /// Channels, height and width of the images. Null takes them from the feature column's dimensions, when it has three (see <see cref="ImageLayout"/>) or two
    /// (height, width: one channel). Given, it goes before the column's dimensions.
    /// </summary>
    public ImageShape? InputShape { get; set; }

    /// <summary>
    /// The order of an image's values in the feature column. Null tells it from the column's dimensions: <see cref="Kernels.ImageLayout.ChannelsLast"/> where they are the height, width and
    /// channels of <see cref="InputShape"/>, or, without one, where the last of three alone is at most 4, as in 32 × 32 × 3; else <see cref="Kernels.ImageLayout.ChannelsFirst"/>.
    /// </summary>
    public ImageLayout? ImageLayout { get; set; }

    /// <summary>
    /// The layers, first to last, without the output layer: the trainer appends one, a dense layer with one output for each class, label or number, and a flatten layer before it where
    /// one is needed. A list that ends in <c>Dense(outputs)</c> without activation has its output layer already. Default: <see cref="Cnn.Small"/>; with
    /// <see cref="NetworkTrainerOptions.StartFrom"/>, or a model to go on with, the layers of that.
    /// </summary>
    public IReadOnlyList<Layer> Layers
    {
        get => _layers;
        set => (_layers, _areLayersOpen) = (value, false);
    }

    /// <summary>
    /// What is done to the training images, differently in each epoch: shift, rotation, scale, flip, noise, cutout. Null, the default, shifts by up to a tenth of the shorter
    /// side, in whole pixels; <see cref="ImageAugmentation.None"/> leaves the images as they are. Validation and scoring see images as they are; the seed decides, and the
    /// number of threads changes nothing.
    /// </summary>
    public ImageAugmentation? Augmentation { get; set; }

    private protected override void CopyLists() => _layers = [.. _layers];

    /// <inheritdoc/>
    public override void Validate()
    {
        base.Validate();
        Augmentation?.Validate();
        Require(Layers is not null, nameof(Layers), null, "a list of layers, for example Cnn.Small");
        for (int i = 0; i < Layers!.Count; i++)
        {
            Require(Layers[i] is not null, nameof(Layers), $"a list whose layer {i + 1} of {Layers.Count} is null", "a list of layers without gaps");
            Layers[i].Validate();
        }

        Require(
            InputShape is not { } shape || (shape is { Channels: >= 1, Height: >= 1, Width: >= 1 } && shape.Size <= TensorShape.MaxElements),
            nameof(InputShape),
            InputShape,
            "at least 1 × 1 × 1, or null to take the column's dimensions");
        Require(ImageLayout is not { } layout || Enum.IsDefined(layout), nameof(ImageLayout), ImageLayout, $"one of {string.Join(", ", Enum.GetNames<ImageLayout>())}, or null to take it from the column's dimensions");
    }

    internal override NetworkTrainerOptions Chosen(int rows) => this with
    {
        Optimizer = Optimizer ?? new Adam(),
        LearningRate = LearningRate ?? (Optimizer is null ? CnnDefaults.LearningRate : null),
        NumberOfEpochs = NumberOfEpochs ?? CnnDefaults.Epochs(rows),
        BatchSize = BatchSize ?? CnnDefaults.BatchSize(rows),
    };

    /// <summary>Sets <see cref="Layers"/>; null leaves them open.</summary>
    internal IReadOnlyList<Layer>? LayersOrOpen
    {
        init => (_layers, _areLayersOpen) = (value ?? _layers, value is null);
    }

    /// <inheritdoc/>
    internal override NetworkTrainerOptions Like(NetworkDefinition member, int outputs, bool hasHead = true)
    {
        if (!_areLayersOpen)
        {
            return this;
        }

        // The head of another task is left out: the trainer appends its own.
        var layers = member.Layers.Skip(InputScale.LayersIn(member));
        return this with { Layers = [.. hasHead && layers.Last() is Dense { Activation: Identity } head && head.Units != outputs ? layers.SkipLast(1) : layers] };
    }

    /// <inheritdoc/>
    internal override bool AreLayersOpen => _areLayersOpen;

    /// <inheritdoc/>
    internal override string SameLayers => $"Leave {nameof(Layers)} open, which takes its layers, or give the same";

    private protected override IEnumerable<string> ChoicesOf(NetworkTrainerOptions asked)
    {
        foreach (string choice in base.ChoicesOf(asked))
        {
            yield return choice;
        }

        if (asked.Optimizer is null)
        {
            yield return $"{nameof(Optimizer)} = new {nameof(Adam)}()";
        }

        if (asked.ValidationFraction == 0 && ValidationFraction > 0)
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"{nameof(ValidationFraction)} = {ValidationFraction}");
        }
    }

    internal override ImageAugmentation? Augments(TensorShape images, IChannel channel)
    {
        if (Augmentation is null)
        {
            channel.Info(MessageSensitivity.None, CnnDefaults.TellAugmentation(images));
        }

        return Augmentation ?? CnnDefaults.Augmentation(images);
    }

    /// <summary>The order of the values in a feature column of these dimensions.</summary>
    internal override ImageLayout Layout(TensorShape features) => CnnArchitecture.Layout(this, features);

    /// <summary>The network for a feature column of these dimensions.</summary>
    internal override NetworkDefinition Define(TensorShape features, int outputs) => CnnArchitecture.Define(this, features, outputs);
}
