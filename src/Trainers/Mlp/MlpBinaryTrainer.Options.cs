using System.Diagnostics.CodeAnalysis;
using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers;

public sealed partial class MlpBinaryTrainer
{
    /// <summary>The options of <see cref="MlpBinaryTrainer"/>.</summary>
    public sealed record Options : MlpOptions, IBinaryTrainerOptions
    {
        /// <summary>
        /// Creates options with their defaults. The default <see cref="DescentOptions.Schedule"/> is <see cref="CosineAnnealing"/>: the rate falls to 0 over the run. What is null is chosen by the
        /// training rows, and told in the trainer's channel: <see cref="AdamW"/>; n / 8 rows a batch, from 16 to 128; from 32 to 4,000 rows n the mean of four networks of two layers of 64 units, each
        /// trained for 500 updates at a rate of 0.01 (300 at 0.005 with the strongest decay; up to 128 rows 350 at 0.015, and 210 at 0.0075; in a line between these up to 256), with the weight decay, of 0.1, 0.4, 1.5 and 4, that predicts best the rows that each leaves out; above 4,000 one wider network, rate 0.005,
        /// 1,200,000 / n epochs, from 20 to 60, of which the best by a held-out tenth of the rows is kept. docs/defaults.md has all rules.
        /// </summary>
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
