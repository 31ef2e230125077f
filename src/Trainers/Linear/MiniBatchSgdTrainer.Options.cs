using System.Diagnostics.CodeAnalysis;
using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers;

public sealed partial class MiniBatchSgdTrainer
{
    /// <summary>Default values.</summary>
    public static class Defaults
    {
        /// <summary>Default of <see cref="LinearTrainerOptions.FeatureScaling"/>.</summary>
        public const FeatureScaling FeatureScaling = LinearTrainerOptions.DefaultFeatureScaling;

        /// <summary>Rows of a step where <see cref="DescentOptions.BatchSize"/> is null.</summary>
        public const int BatchSize = 32;
    }

    /// <summary>The options of <see cref="MiniBatchSgdTrainer"/>.</summary>
    public sealed record Options : LinearTrainerOptions
    {
        /// <summary>Creates options with their defaults.</summary>
        [SetsRequiredMembers]
        public Options() => BatchSize = null;
    }
}
