using System.Globalization;
using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers;

/// <summary>How much a row of each class counts in the loss and the metric of training and validation rows; it multiplies the row's own weight. Immutable.</summary>
public abstract class ClassWeights
{
    private ClassWeights()
    {
    }

    /// <summary>
    /// Every class that the training rows have counts the same as a whole: a row of class c counts W / (K · W_c), where W is the sum of all row weights, W_c that of the
    /// class and K the number of classes with a weight above 0. (The rule that scikit-learn calls "balanced".)
    /// </summary>
    public static ClassWeights Balanced { get; } = new BalancedWeights();

    /// <summary>A weight for each class.</summary>
    /// <param name="weights">As many as there are classes, in the order of the label's keys, of a Boolean label false first; each finite and at least 0, one of them above 0.</param>
    /// <exception cref="ArgumentException">There is no weight, or one is out of its range.</exception>
    public static ClassWeights Of(params IEnumerable<double> weights)
    {
        ArgumentNullException.ThrowIfNull(weights);
        double[] values = [.. weights];
        for (int i = 0; i < values.Length; i++)
        {
            if (!(values[i] >= 0) || !double.IsFinite(values[i]))
            {
                throw new ArgumentOutOfRangeException(nameof(weights), values[i], string.Create(CultureInfo.InvariantCulture, $"The weight of class {i} is {values[i]}, but it must be a finite number of at least 0."));
            }
        }

        return values.Any(w => w > 0) ? new OfEach(values) : throw new ArgumentException("No class has a weight above 0, so that no row would count.", nameof(weights));
    }

    /// <summary>Throws when the weights are not made for so many classes.</summary>
    internal virtual void Check(int classes, string trainer, string label)
    {
    }

    /// <summary>The weight of a row of each class.</summary>
    /// <param name="rows">The training rows; their targets are <see cref="ClassRows"/> or <see cref="BinaryRows"/>.</param>
    internal abstract double[] For(TrainingData rows);

    /// <summary>The rows with their weights multiplied.</summary>
    /// <param name="weights">Of the classes.</param>
    /// <param name="rows">Their targets are <see cref="ClassRows"/> or <see cref="BinaryRows"/>.</param>
    /// <param name="trainer">Whom an error names.</param>
    internal static TrainingData Apply(double[] weights, TrainingData rows, string trainer)
    {
        var labels = Classes(rows).Labels;
        float[] rowWeights = new float[rows.Count];
        for (int i = 0; i < rowWeights.Length; i++)
        {
            double ofClass = weights[labels[i]];
            double ofRow = Weight(rows, i);
            rowWeights[i] = (float)(ofClass * ofRow);
            if (!float.IsFinite(rowWeights[i]) || (rowWeights[i] == 0 && ofClass > 0 && ofRow > 0))
            {
                string size = rowWeights[i] > 0 ? "larger" : "smaller";
                throw new InvalidOperationException(string.Create(
                    CultureInfo.InvariantCulture,
                    $"{trainer}: a row of class {labels[i]} weighs {ofRow:G3}, and the class {ofClass:G3}: the product is {size} than a Single holds. Give example weights or {nameof(ClassWeights)} that lie nearer to 1: their shares are what counts."));
            }
        }

        return rowWeights.Any(w => w > 0)
            ? new TrainingData(rows.Features, rows.Targets, rowWeights)
            : throw new InvalidOperationException($"{trainer}: all rows are of classes whose weight is 0, so that no row counts. Give a class that the rows have a weight above 0.");
    }

    private static ClassRows Classes(TrainingData rows) => rows.Targets as ClassRows ?? ((BinaryRows)rows.Targets).Classes;

    private static double Weight(TrainingData rows, int row) => rows.Weights.IsEmpty ? 1 : rows.Weights[row];

    private sealed class BalancedWeights : ClassWeights
    {
        public override string ToString() => nameof(Balanced);

        internal override double[] For(TrainingData rows)
        {
            var labels = Classes(rows);
            double[] sums = new double[labels.Width];
            for (int i = 0; i < rows.Count; i++)
            {
                sums[labels.Labels[i]] += Weight(rows, i);
            }

            // A class without training rows can still have validation rows; they count as they are.
            double share = sums.Sum() / sums.Count(sum => sum > 0);
            return Array.ConvertAll(sums, sum => sum > 0 ? share / sum : 1);
        }
    }

    private sealed class OfEach(double[] weights) : ClassWeights
    {
        public override string ToString() => GivenWeights.Text(weights);

        internal override void Check(int classes, string trainer, string label) =>
            GivenWeights.CheckCount(weights, classes, nameof(ClassWeights), trainer, label, "classes. Give one for each, in the order of its keys");

        internal override double[] For(TrainingData rows) => weights;
    }
}
