using System.Diagnostics.CodeAnalysis;
using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers;

public sealed partial class MlpRegressionTrainer
{
    /// <summary>Default values.</summary>
    public static class Defaults
    {
        /// <summary>Default of <see cref="Options.NormalizeLabel"/>.</summary>
        public const bool NormalizeLabel = true;
    }

    /// <summary>The options of <see cref="MlpRegressionTrainer"/>.</summary>
    public sealed record Options : MlpOptions
    {
        /// <summary>
        /// Creates options with their defaults. The default <see cref="DescentOptions.Schedule"/> is <see cref="CosineAnnealing"/>: the rate falls to 0 over the run. What is null is chosen by the
        /// training rows, and told in the trainer's channel: <see cref="AdamW"/>; n / 8 rows a batch, from 16 to 128; from 32 to 4,000 rows n the mean of four networks of two layers of 64 units, each
        /// trained for 500 updates at a rate of 0.01 (300 at 0.005 with the strongest decay; up to 128 rows 350 at 0.015, and 210 at 0.0075; in a line between these up to 256), with the weight decay, of 0.1, 0.4, 1.5 and 4, that predicts best the rows that each leaves out; above 4,000 one wider network, rate 0.005,
        /// 1,200,000 / n epochs, from 20 to 60, of which the best by a held-out tenth of the rows is kept. docs/defaults.md has all rules.
        /// </summary>
        [SetsRequiredMembers]
        public Options()
            : base(new MeanSquaredError())
        {
        }

        /// <summary>
        /// Whether training sees (label − mean) / standard deviation, taken from the training rows for each output. Default: true. Losses of counts and of answers of yes or no
        /// (<see cref="Loss.HasAbsoluteTargets"/>) see labels as they are all the same.
        /// </summary>
        /// <remarks>
        /// The default learning rate then suits a price in dollars as well as a share of 1, and several outputs count alike. The scale is folded into the last
        /// layer's weights after training: scores are in the label's unit, and the model is a plain network. While training, the loss (and a loss's
        /// own thresholds, such as Huber's) is that of standardised labels, and the RMSE is told in the label's unit for one output and in standard
        /// deviations for several. Set it to false to train on labels as they are, as PyTorch and Keras do.
        /// </remarks>
        public bool NormalizeLabel { get; set; } = Defaults.NormalizeLabel;

        /// <inheritdoc/>
        public override void Validate()
        {
            base.Validate();
            Require(Loss.Link != OutputLink.Softmax, nameof(Loss), Loss.Name, "a loss of numbers, for example new MeanSquaredError(); this one is for classes, which MlpTrainer learns");
        }
    }
}
