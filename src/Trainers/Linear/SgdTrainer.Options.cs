namespace MLNet.GradientTrainers;

public sealed partial class SgdTrainer
{
    /// <summary>Default values.</summary>
    public static class Defaults
    {
        /// <summary>Default of <see cref="GradientTrainerOptions.LearningRate"/>.</summary>
        public const double LearningRate = LinearTrainerOptions.DefaultLearningRate;

        /// <summary>Default of <see cref="GradientTrainerOptions.NumberOfEpochs"/>.</summary>
        public const int NumberOfEpochs = LinearTrainerOptions.DefaultNumberOfEpochs;
    }

    /// <summary>The options of <see cref="SgdTrainer"/>.</summary>
    public sealed class Options : StochasticTrainerOptions
    {
        internal override string TrainerName => nameof(SgdTrainer);

        internal override int RowsOfAStep => 1;
    }
}
