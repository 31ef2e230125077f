using System.Diagnostics.CodeAnalysis;
using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers;

public sealed partial class SgdLogisticTrainer
{
    /// <summary>The options of <see cref="SgdLogisticTrainer"/>.</summary>
    public sealed record Options : LinearClassifierOptions, IBinaryTrainerOptions
    {
        /// <summary>Creates options with their defaults.</summary>
        [SetsRequiredMembers]
        public Options()
            : base(new BinaryCrossEntropy())
        {
        }

        /// <inheritdoc/>
        public ClassWeights? ClassWeights { get; set; }

        /// <inheritdoc/>
        public bool Calibrate { get; set; } = true;

        /// <inheritdoc/>
        public DecisionThreshold Threshold { get; set; } = DecisionThreshold.Half;

        /// <inheritdoc/>
        public override void Validate()
        {
            base.Validate();
            BinaryChoices.Validate(this, Loss, Require);
        }

        internal override IReadOnlyList<NetworkTrainerOptions> Candidates(in TrainingFacts facts) => BinaryChoices.Of(BinaryChoices.WantsHeldOut(this), base.Candidates(facts), facts);
    }
}
