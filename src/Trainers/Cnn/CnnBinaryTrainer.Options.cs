using System.Diagnostics.CodeAnalysis;
using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers;

public sealed partial class CnnBinaryTrainer
{
    /// <summary>The options of <see cref="CnnBinaryTrainer"/>.</summary>
    public sealed record Options : CnnOptions, IBinaryTrainerOptions
    {
        /// <summary>
        /// Creates options with their defaults. The default <see cref="DescentOptions.Schedule"/> is <see cref="CosineAnnealing"/>: the rate falls to 0 over the run, so that
        /// the last epoch's weights do not swing. Of the optimizer, the number of epochs and the batch size, what is null is chosen by the rows: <see cref="Adam"/> with a
        /// rate of 0.002; 200 / rows^0.3 epochs, between 10 and 100; about √rows images a batch, from 8 to 64. The trainer's channel tells what was chosen.
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
