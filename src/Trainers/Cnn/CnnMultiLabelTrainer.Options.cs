using System.Diagnostics.CodeAnalysis;
using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers;

public sealed partial class CnnMultiLabelTrainer
{
    /// <summary>The options of <see cref="CnnMultiLabelTrainer"/>.</summary>
    public sealed record Options : CnnOptions, IMultiLabelTrainerOptions
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
        public LabelWeights? LabelWeights { get; set; }

        /// <inheritdoc/>
        public bool Calibrate { get; set; } = true;

        /// <inheritdoc/>
        public override void Validate()
        {
            base.Validate();
            Require(Loss.Link == OutputLink.Sigmoid, nameof(Loss), Loss.Name, "a loss of answers of yes or no: new BinaryCrossEntropy()");
        }

        internal override IReadOnlyList<NetworkTrainerOptions> Candidates(in TrainingFacts facts) => BinaryChoices.Of(Calibrate, base.Candidates(facts), facts);
    }
}
