namespace MLNet.GradientTrainers;

public sealed partial class MiniBatchSgdTrainer
{
    /// <summary>Default values.</summary>
    public static class Defaults
    {
        /// <summary>Default of <see cref="GradientTrainerOptions.LearningRate"/>.</summary>
        public const double LearningRate = LinearTrainerOptions.DefaultLearningRate;

        /// <summary>Default of <see cref="GradientTrainerOptions.NumberOfEpochs"/>.</summary>
        public const int NumberOfEpochs = LinearTrainerOptions.DefaultNumberOfEpochs;

        /// <summary>Default of <see cref="Options.BatchSize"/>.</summary>
        public const int BatchSize = 32;
    }

    /// <summary>The options of <see cref="MiniBatchSgdTrainer"/>.</summary>
    public sealed class Options : StochasticTrainerOptions
    {
        /// <summary>Rows of a gradient step, at least 1. The last batch of an epoch may be smaller. Default: 32.</summary>
        public int BatchSize { get; set; } = Defaults.BatchSize;

        internal override string TrainerName => nameof(MiniBatchSgdTrainer);

        internal override int RowsOfAStep => BatchSize;

        internal override void Validate()
        {
            base.Validate();
            Require(BatchSize >= 1, nameof(BatchSize), BatchSize, "at least 1");
        }
    }
}
