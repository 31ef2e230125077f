using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers;

/// <summary>The options that the trainers of multilayer perceptrons share.</summary>
public abstract record MlpOptions : NetworkTrainerOptions
{
    private Activation _activation = new SiLU();
    private bool _isActivationOpen = true;

    /// <summary>The layers of a network that the fit starts from or goes on with, without those that scale features and without the head; null where the options describe them.</summary>
    private IReadOnlyList<Layer>? _taken;

    [SetsRequiredMembers]
    private protected MlpOptions(Loss loss)
        : base(loss) => Schedule = new CosineAnnealing();

    /// <summary>Units of each hidden layer, each at least 1; empty for none (a linear model). Null chooses by the training rows: [64, 64] up to 4,000, [256, 128] up to 20,000, [512, 256] above; with <see cref="NetworkTrainerOptions.StartFrom"/>, and <see cref="Activation"/> and <see cref="Dropout"/> left open, too, it takes the layers of that, whatever they are.</summary>
    public int[]? HiddenLayers { get; set; }

    /// <summary>The function after each hidden layer. Default: SiLU; with <see cref="NetworkTrainerOptions.StartFrom"/> that of its layers.</summary>
    public Activation Activation
    {
        get => _activation;
        set => (_activation, _isActivationOpen) = (value, false);
    }

    /// <summary>Probability that training drops a hidden unit's output, in [0, 1). Null chooses: 0 where the weight decay is chosen among several (up to 4,000 rows, with the optimizer and the epochs null, and with several members or rows to validate on), else 0.15.</summary>
    public double? Dropout { get; set; }

    /// <summary>How weights are filled before training. Default: He, uniform.</summary>
    public Initializer WeightInitializer { get; set; } = new HeUniform();

    /// <summary>How biases are filled before training. Default: zeros.</summary>
    public Initializer BiasInitializer { get; set; } = new Zeros();

    /// <summary>
    /// Bins of a piecewise linear encoding of each scaled feature that the network gets beside the feature, in [1, 1024]: quantiles of the training rows, at which the first layer can bend. 4 to 16 are
    /// usual. They help where steps and waves along single features matter, cost some where the target is a plane, and make the first layer larger by that factor. 0: none. Null: what was measured
    /// best, none (docs/defaults.md). Rows that are stored sparse are not encoded. A model that training goes on with keeps its own.
    /// </summary>
    /// <remarks>Y. Gorishniy, I. Rubachev, A. Babenko, "On embeddings for numerical features in tabular deep learning", 2022.</remarks>
    public int? FeatureBins { get; set; }

    private protected override void CopyLists() => HiddenLayers = HiddenLayers?.ToArray();

    /// <inheritdoc/>
    public override void Validate()
    {
        base.Validate();
        Require(HiddenLayers is null || HiddenLayers.All(units => units >= 1), nameof(HiddenLayers), HiddenLayers is null ? null : string.Join(", ", HiddenLayers), "a list of units, each at least 1, or null to choose");
        Require(Activation is not null, nameof(Activation), null, "an activation, for example new ReLU()");
        Activation!.Validate();
        Require(WeightInitializer is not null, nameof(WeightInitializer), null, "an initializer, for example new HeUniform()");
        WeightInitializer!.Validate();
        Require(BiasInitializer is not null, nameof(BiasInitializer), null, "an initializer, for example new Zeros()");
        BiasInitializer!.Validate();
        Require(FeatureBins is null or (>= 0 and <= PiecewiseLinearEncoding.MostBins), nameof(FeatureBins), FeatureBins, $"in [1, {PiecewiseLinearEncoding.MostBins}], 0 for none, or null to choose");
        Require(Dropout is null or (>= 0 and < 1), nameof(Dropout), Dropout, "in [0, 1), or null to choose");
    }

    /// <inheritdoc/>
    internal override NetworkTrainerOptions Chosen(int rows) => Candidates(new TrainingFacts(rows, IsSparse: true, HasValidation: false))[0];

    /// <inheritdoc/>
    internal override IReadOnlyList<NetworkTrainerOptions> Candidates(in TrainingFacts facts) => MlpChoices.Of(this, facts);

    /// <inheritdoc/>
    internal override NetworkTrainerOptions Like(NetworkDefinition member, int outputs, bool hasHead = true) =>
        this with
        {
            _taken = AreLayersOpen ? Body(member, hasHead) : _taken,
            Activation = _isActivationOpen && Hidden(member, hasHead).FirstOrDefault() is { } first ? first.Activation : Activation,
            HiddenLayers = HiddenLayers ?? [.. Hidden(member, hasHead).Select(layer => layer.Units)],
            Dropout = Dropout ?? member.Layers.OfType<Dropout>().FirstOrDefault()?.Rate ?? 0,
        };

    /// <inheritdoc/>
    internal override bool AreLayersOpen => HiddenLayers is null && _isActivationOpen && Dropout is null;

    /// <inheritdoc/>
    internal override string SameLayers => $"Leave {nameof(HiddenLayers)}, {nameof(Activation)} and {nameof(Dropout)} open, which takes its layers, or give the same";

    private static Layer[] Body(NetworkDefinition member, bool hasHead)
    {
        Layer[] layers = [.. member.Layers.Skip(InputScale.LayersIn(member))];
        return hasHead && layers is [.. var body, Dense { Activation: Identity }] ? body : layers;
    }

    private static IEnumerable<Dense> Hidden(NetworkDefinition member, bool hasHead) => member.Layers.OfType<Dense>().SkipLast(hasHead ? 1 : 0);

    /// <inheritdoc/>
    internal override int Bins => FeatureBins ?? 0;

    /// <inheritdoc/>
    internal override string Difference => string.Create(
        CultureInfo.InvariantCulture, $"{nameof(Kernels.Optimizer.WeightDecay)} {Optimizer?.WeightDecay}, {nameof(LearningRate)} {LearningRate}, {nameof(NumberOfEpochs)} {NumberOfEpochs}");

    /// <inheritdoc/>
    private protected override bool HasMembers => true;

    /// <inheritdoc/>
    private protected override IEnumerable<string> ChoicesOf(NetworkTrainerOptions asked)
    {
        var before = (MlpOptions)asked;
        if (before.HiddenLayers is null)
        {
            yield return $"{nameof(HiddenLayers)} = [{string.Join(", ", HiddenLayers!)}]";
        }

        if (before.Dropout is null)
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"{nameof(Dropout)} = {Dropout}");
        }

        foreach (string choice in base.ChoicesOf(asked))
        {
            yield return choice;
        }

        if (before.Optimizer is null && Optimizer is { } optimizer)
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"{nameof(Optimizer)} = new AdamW {{ {nameof(optimizer.WeightDecay)} = {optimizer.WeightDecay} }}");
        }

        if (before.ValidationFraction == 0 && ValidationFraction > 0)
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"{nameof(ValidationFraction)} = {ValidationFraction}");
        }

        if (before.EarlyStopping is null && EarlyStopping is { } stopping)
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"{nameof(EarlyStopping)} = new EarlyStopping {{ {nameof(stopping.Patience)} = {stopping.Patience} }}");
        }
    }

    /// <summary>The network for features of a shape: hidden layers, then a dense layer without activation.</summary>
    internal override NetworkDefinition Define(TensorShape input, int outputs)
    {
        var hidden = HiddenLayers ?? MlpChoices.HiddenLayers(1);
        List<Layer> layers = [.. _taken ?? Hidden(hidden)];
        layers.Add(new Dense(outputs) { WeightInitializer = WeightInitializer, BiasInitializer = BiasInitializer });
        try
        {
            return new NetworkDefinition(new TensorShape(input.Size), layers);
        }
        catch (ArgumentException exception) when (_taken is not null)
        {
            throw new ArgumentException($"{Owner} can't give the values of '{FeatureColumnName}' to the layers that it goes on with: {exception.PlainMessage()}", nameof(HiddenLayers), exception);
        }
        catch (ArgumentException exception)
        {
            // All settings have been validated, so that it is the number of weights; the layers that it names the user has not written.
            throw new ArgumentException(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{Owner} can't make a network of {nameof(HiddenLayers)} [{string.Join(", ", hidden)}] between the {input.Size:N0} values of '{FeatureColumnName}' and {outputs:N0} outputs: it would have more than {NetworkDefinition.MaxParameters:N0} weights. Use fewer units in the hidden layers, or fewer features."),
                nameof(HiddenLayers),
                exception);
        }
    }

    /// <summary>Dense layers of so many units, each with dropout behind it where there is any.</summary>
    private IEnumerable<Layer> Hidden(int[] units)
    {
        double dropout = Dropout ?? MlpChoices.Dropout;
        foreach (int count in units)
        {
            yield return new Dense(count, Activation) { WeightInitializer = WeightInitializer, BiasInitializer = BiasInitializer };
            if (dropout > 0)
            {
                yield return new Dropout(dropout);
            }
        }
    }
}
