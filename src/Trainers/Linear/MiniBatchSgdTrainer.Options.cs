using System.Diagnostics.CodeAnalysis;
using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers;

public sealed partial class MiniBatchSgdTrainer
{
    /// <summary>Default values.</summary>
    public static class Defaults
    {
        /// <summary>Default of <see cref="DescentOptions.LearningRate"/>.</summary>
        public const double LearningRate = LinearTrainerOptions.DefaultLearningRate;

        /// <summary>Default of <see cref="DescentOptions.NumberOfEpochs"/>.</summary>
        public const int NumberOfEpochs = LinearTrainerOptions.DefaultNumberOfEpochs;

        /// <summary>Default of <see cref="DescentOptions.BatchSize"/>.</summary>
        public const int BatchSize = 32;
    }

    /// <summary>The options of <see cref="MiniBatchSgdTrainer"/>.</summary>
    public sealed record Options : LinearTrainerOptions
    {
        /// <summary>Creates options with their defaults.</summary>
        [SetsRequiredMembers]
        public Options() => BatchSize = Defaults.BatchSize;
    }
}
