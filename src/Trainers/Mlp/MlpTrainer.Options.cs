using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers;

public sealed partial class MlpTrainer
{
    /// <summary>Default values.</summary>
    public static class Defaults
    {
        /// <summary>Default of <see cref="NetworkTrainerOptions.LearningRate"/>.</summary>
        public const double LearningRate = 0.001;

        /// <summary>Default of <see cref="NetworkTrainerOptions.NumberOfEpochs"/>.</summary>
        public const int NumberOfEpochs = NetworkTrainerOptions.DefaultNumberOfEpochs;

        /// <summary>Default of <see cref="NetworkTrainerOptions.BatchSize"/>.</summary>
        public const int BatchSize = NetworkTrainerOptions.DefaultBatchSize;

        /// <summary>Default of <see cref="Options.HiddenLayers"/>: one layer of 128 units.</summary>
        public static int[] HiddenLayers => [128];
    }

    /// <summary>The options of <see cref="MlpTrainer"/>.</summary>
    public sealed class Options : NetworkTrainerOptions
    {
        /// <summary>Units of each hidden layer, each at least 1; empty for none (softmax regression). Default: one layer of 128.</summary>
        public int[] HiddenLayers { get; set; } = Defaults.HiddenLayers;

        /// <summary>The function after each hidden layer. Default: ReLU.</summary>
        public Activation Activation { get; set; } = new ReLU();

        /// <summary>Probability that training drops a hidden unit's output, in [0, 1). Default: 0.</summary>
        public double Dropout { get; set; }

        /// <summary>How weights are filled before training. Default: He, uniform, which suits ReLU.</summary>
        public Initializer WeightInitializer { get; set; } = new HeUniform();

        /// <summary>How biases are filled before training. Default: zeros.</summary>
        public Initializer BiasInitializer { get; set; } = new Zeros();

        internal override string TrainerName => nameof(MlpTrainer);

        internal override void Validate()
        {
            base.Validate();
            Require(HiddenLayers is not null && HiddenLayers.All(units => units >= 1), nameof(HiddenLayers), HiddenLayers is null ? null : string.Join(", ", HiddenLayers), "a list of units, each at least 1");
            Require(Activation is not null, nameof(Activation), null, "an activation, for example new ReLU()");
            Require(WeightInitializer is not null, nameof(WeightInitializer), null, "an initializer, for example new HeUniform()");
            Require(BiasInitializer is not null, nameof(BiasInitializer), null, "an initializer, for example new Zeros()");
            Require(Dropout is >= 0 and < 1, nameof(Dropout), Dropout, "in [0, 1)");
        }
    }
}
