using System.Diagnostics.CodeAnalysis;
using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers;

public sealed partial class GradientDescentTrainer
{
    /// <summary>Default values.</summary>
    public static class Defaults
    {
        /// <summary>Default of <see cref="LinearTrainerOptions.FeatureScaling"/>.</summary>
        public const FeatureScaling FeatureScaling = LinearTrainerOptions.DefaultFeatureScaling;
    }

    /// <summary>The options of <see cref="GradientDescentTrainer"/>.</summary>
    public sealed record Options : LinearTrainerOptions
    {
        /// <summary>Creates options with their defaults.</summary>
        [SetsRequiredMembers]
        public Options()
        {
        }

        /// <inheritdoc/>
        public override void Validate()
        {
            base.Validate();
            Require(BatchSize == int.MaxValue, nameof(BatchSize), BatchSize, $"{int.MaxValue}, its default, as a step takes all rows; {nameof(MiniBatchSgdTrainer)} takes some");
        }
    }
}
