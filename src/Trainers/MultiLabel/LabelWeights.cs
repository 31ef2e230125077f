using System.Globalization;
using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers;

/// <summary>How much a yes of each label counts beside a no, in the loss and the metric of training and validation rows; it multiplies the row's own weight. Immutable. (PyTorch's <c>pos_weight</c>.)</summary>
public abstract class LabelWeights
{
    private LabelWeights()
    {
    }

    /// <summary>The yeses of a label count as much as its noes as a whole: a yes counts N₋ / N₊, the weights of the training rows without and with the label. A label that all rows have, or none, counts 1.</summary>
    public static LabelWeights Balanced { get; } = new BalancedWeights();

    /// <summary>A weight for each label.</summary>
    /// <param name="weights">As many as there are labels, in the order of the label column; each finite and above 0. 1 is as much as a no.</param>
    /// <exception cref="ArgumentException">There is no weight, or one is out of its range.</exception>
    public static LabelWeights Of(params IEnumerable<double> weights)
    {
        ArgumentNullException.ThrowIfNull(weights);
        double[] values = [.. weights];
        for (int i = 0; i < values.Length; i++)
        {
            // Smaller or larger ones are no Single, or drown the others.
            if (!(values[i] is >= 1e-6 and <= 1e6))
            {
                throw new ArgumentOutOfRangeException(nameof(weights), values[i], string.Create(CultureInfo.InvariantCulture, $"The weight of label {i} is {values[i]}, but it must be from 1e-6 to 1e6."));
            }
        }

        return values.Length > 0 ? new OfEach(values) : throw new ArgumentException("There is no weight. Give one for each label.", nameof(weights));
    }

    /// <summary>Throws when the weights are not made for so many labels.</summary>
    internal virtual void Check(int labels, string trainer, string label)
    {
    }

    /// <summary>The weight of a yes of each label.</summary>
    /// <param name="rows">The training rows; their targets are 0 and 1.</param>
    internal abstract double[] For(TrainingData rows);

    private sealed class BalancedWeights : LabelWeights
    {
        private const double Least = 1e-6;

        public override string ToString() => nameof(Balanced);

        internal override double[] For(TrainingData rows)
        {
            int labels = rows.Targets.Width;
            double[] yes = new double[labels];
            double all = 0;
            float[] target = new float[labels];
            for (int row = 0; row < rows.Count; row++)
            {
                rows.Targets.Read([row], target);
                double weight = rows.Weights.IsEmpty ? 1 : rows.Weights[row];
                all += weight;
                for (int label = 0; label < labels; label++)
                {
                    yes[label] += weight * target[label];
                }
            }

            return Array.ConvertAll(yes, sum => sum > 0 && all > sum ? Math.Clamp((all - sum) / sum, Least, 1 / Least) : 1);
        }
    }

    private sealed class OfEach(double[] weights) : LabelWeights
    {
        public override string ToString() => GivenWeights.Text(weights);

        internal override void Check(int labels, string trainer, string label) =>
            GivenWeights.CheckCount(weights, labels, nameof(LabelWeights), trainer, label, "values a row. Give one for each, in their order");

        internal override double[] For(TrainingData rows) => weights;
    }
}
