using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers;

public sealed partial class GradientDescentTrainer
{
    /// <summary>Default values.</summary>
    public static class Defaults
    {
        /// <summary>Default of <see cref="GradientTrainerOptions.LearningRate"/>.</summary>
        public const double LearningRate = LinearTrainerOptions.DefaultLearningRate;

        /// <summary>Default of <see cref="GradientTrainerOptions.NumberOfEpochs"/>.</summary>
        public const int NumberOfEpochs = LinearTrainerOptions.DefaultNumberOfEpochs;
    }

    /// <summary>The options of <see cref="GradientDescentTrainer"/>.</summary>
    public sealed class Options : LinearTrainerOptions
    {
        /// <summary>
        /// Stops the training when no element of the gradient is larger than this, for example 1e-8; 0 never stops. Default: 0.
        /// </summary>
        public double GradientTolerance { get; set; }

        internal override string TrainerName => nameof(GradientDescentTrainer);

        internal override int RowsOfAStep => int.MaxValue;

        internal override void Validate()
        {
            base.Validate();
            RequireAtLeastZero(GradientTolerance, nameof(GradientTolerance));
        }

        internal override LinearOptions ToEngine() => base.ToEngine() with { GradientTolerance = GradientTolerance };
    }
}
