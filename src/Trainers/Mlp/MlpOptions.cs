using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers;

/// <summary>The options that the trainers of multilayer perceptrons share.</summary>
public abstract record MlpOptions : NetworkTrainerOptions, ITrainerInput
{
    [SetsRequiredMembers]
    private protected MlpOptions(Loss loss)
        : base(loss)
    {
    }

    internal static int[] DefaultHiddenLayers => [128];

    /// <summary>Units of each hidden layer, each at least 1; empty for none (a linear model). Default: one layer of 128.</summary>
    public int[] HiddenLayers { get; set; } = DefaultHiddenLayers;

    /// <summary>The function after each hidden layer. Default: ReLU.</summary>
    public Activation Activation { get; set; } = new ReLU();

    /// <summary>Probability that training drops a hidden unit's output, in [0, 1). Default: 0.</summary>
    public double Dropout { get; set; }

    /// <summary>How weights are filled before training. Default: He, uniform, which suits ReLU.</summary>
    public Initializer WeightInitializer { get; set; } = new HeUniform();

    /// <summary>How biases are filled before training. Default: zeros.</summary>
    public Initializer BiasInitializer { get; set; } = new Zeros();

    void ITrainerInput.CopyLists() => HiddenLayers = [.. HiddenLayers];

    /// <inheritdoc/>
    public override void Validate()
    {
        base.Validate();
        Require(HiddenLayers is not null && HiddenLayers.All(units => units >= 1), nameof(HiddenLayers), HiddenLayers is null ? null : string.Join(", ", HiddenLayers), "a list of units, each at least 1");
        Require(Activation is not null, nameof(Activation), null, "an activation, for example new ReLU()");
        Activation!.Validate();
        Require(WeightInitializer is not null, nameof(WeightInitializer), null, "an initializer, for example new HeUniform()");
        WeightInitializer!.Validate();
        Require(BiasInitializer is not null, nameof(BiasInitializer), null, "an initializer, for example new Zeros()");
        BiasInitializer!.Validate();
        Require(Dropout is >= 0 and < 1, nameof(Dropout), Dropout, "in [0, 1)");
    }

    /// <summary>The network for features of a shape: hidden layers, then a dense layer without activation.</summary>
    internal override NetworkDefinition Define(TensorShape input, int outputs)
    {
        var layers = new List<Layer>();
        foreach (int units in HiddenLayers)
        {
            layers.Add(new Dense(units, Activation) { WeightInitializer = WeightInitializer, BiasInitializer = BiasInitializer });
            if (Dropout > 0)
            {
                layers.Add(new Dropout(Dropout));
            }
        }

        layers.Add(new Dense(outputs) { WeightInitializer = WeightInitializer, BiasInitializer = BiasInitializer });
        try
        {
            return new NetworkDefinition(new TensorShape(input.Size), layers);
        }
        catch (ArgumentException exception)
        {
            // All settings have been validated, so that it is the number of weights; the layers that it names the user has not written.
            throw new ArgumentException(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{Owner} can't make a network of {nameof(HiddenLayers)} [{string.Join(", ", HiddenLayers)}] between the {input.Size:N0} values of '{FeatureColumnName}' and {outputs:N0} outputs: it would have more than {NetworkDefinition.MaxParameters:N0} weights. Use fewer units in the hidden layers, or fewer features."),
                nameof(HiddenLayers),
                exception);
        }
    }
}
