using System.Globalization;

namespace MLNet.GradientTrainers;

/// <summary>The probability above which a binary model predicts true. Immutable.</summary>
public abstract class DecisionThreshold
{
    private DecisionThreshold()
    {
    }

    /// <summary>One half: true is predicted where it is the more probable answer.</summary>
    public static DecisionThreshold Half { get; } = Of(0.5);

    /// <summary>
    /// The threshold with the best F1, 2 · precision · recall / (precision + recall), of the rows that were held out: those that members leave out, <see cref="ITrainerInput.ValidationSet"/>, or
    /// the validation fraction. One half, with a warning, where there are none.
    /// </summary>
    public static DecisionThreshold BestF1 { get; } = new OfBestF1();

    /// <summary>Whether rows choose it.</summary>
    internal virtual bool IsChosen => false;

    /// <summary>A probability.</summary>
    /// <param name="probability">Above 0 and below 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">The probability is out of its range.</exception>
    public static DecisionThreshold Of(double probability) => probability is > 0 and < 1
        ? new Given(probability)
        : throw new ArgumentOutOfRangeException(nameof(probability), probability, string.Create(CultureInfo.InvariantCulture, $"The threshold is {probability}, but it must be a probability above 0 and below 1, for example 0.5."));

    /// <summary>A probability: see <see cref="Of"/>.</summary>
    /// <param name="probability">Above 0 and below 1.</param>
    public static implicit operator DecisionThreshold(double probability) => Of(probability);

    /// <summary>The logit above which true is predicted; null where there is nothing to choose it by.</summary>
    /// <param name="heldOut">Rows that were not trained on, with calibrated outputs; null for none.</param>
    internal abstract double? Logit(HeldOutOutputs? heldOut);

    private sealed class Given(double probability) : DecisionThreshold
    {
        public override string ToString() => probability.ToString(CultureInfo.InvariantCulture);

        internal override double? Logit(HeldOutOutputs? heldOut) => Math.Log(probability / (1 - probability));
    }

    private sealed class OfBestF1 : DecisionThreshold
    {
        internal override bool IsChosen => true;

        public override string ToString() => nameof(BestF1);

        internal override double? Logit(HeldOutOutputs? heldOut)
        {
            if (heldOut is null || !(heldOut.Weight(answer: true) > 0))
            {
                return null;
            }

            int[] order = [.. Enumerable.Range(0, heldOut.Outputs.Length).OrderByDescending(i => heldOut.Outputs[i])];
            double all = heldOut.Weight(answer: true);
            (double hits, double said, double best, double threshold) = (0, 0, -1, 0);
            for (int i = 0; i < order.Length; i++)
            {
                double weight = heldOut.Weights[order[i]];
                said += weight;
                hits += heldOut.Answers[order[i]] ? weight : 0;
                double output = heldOut.Outputs[order[i]];
                double next = i + 1 < order.Length ? heldOut.Outputs[order[i + 1]] : output - 1;

                // Equal outputs are on one side.
                double score = next < output && said > 0 ? 2 * hits / (said + all) : -1;
                if (score > best)
                {
                    (best, threshold) = (score, (output + next) / 2);
                }
            }

            return threshold;
        }
    }
}
