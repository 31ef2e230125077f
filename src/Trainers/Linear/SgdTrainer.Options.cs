using System.Diagnostics.CodeAnalysis;
using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers;

public sealed partial class SgdTrainer
{
    /// <summary>Default values.</summary>
    public static class Defaults
    {
        /// <summary>Default of <see cref="LinearTrainerOptions.FeatureScaling"/>.</summary>
        public const FeatureScaling FeatureScaling = LinearTrainerOptions.DefaultFeatureScaling;
    }

    /// <summary>The options of <see cref="SgdTrainer"/>.</summary>
    public sealed record Options : LinearTrainerOptions
    {
        /// <summary>Creates options with their defaults.</summary>
        [SetsRequiredMembers]
        public Options() => BatchSize = 1;

        /// <inheritdoc/>
        public override void Validate()
        {
            base.Validate();
            Require(BatchSize == 1, nameof(BatchSize), BatchSize, $"1, its default, as a step takes one row; {nameof(MiniBatchSgdTrainer)} takes several");
        }
    }
}
