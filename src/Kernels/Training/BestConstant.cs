namespace MLNet.GradientTrainers.Kernels;

/// <summary>Finds the one output for all rows whose loss is lowest.</summary>
internal static class BestConstant
{
    /// <summary>Rows that tell a constant well enough.</summary>
    private const int MostRows = 4096;

    private const int MostValues = 1 << 18;
    private const int Halvings = 60;

    /// <summary>Logits and logarithms beyond it are as good as infinite: all rows are of one kind.</summary>
    private const double LargestLogit = 30;

    /// <summary>The output of each column; null when the targets do not vary, so that a constant is all there is to learn, or when the loss has no such search.</summary>
    public static double[]? Outputs(TrainingData data, Loss loss)
    {
        if (data.Targets is ClassRows classes && loss is SoftmaxCrossEntropy crossEntropy)
        {
            return LogFrequencies(classes, data.Weights, crossEntropy.LabelSmoothing);
        }

        int columns = data.Targets.Width;
        int[] rows = RowSample.Draw(data.Count, Math.Clamp(MostValues / columns, 1, MostRows));
        float[] table = new float[rows.Length * columns];
        data.Targets.Read(rows, table);
        double[] weights = new double[rows.Length];
        for (int i = 0; i < rows.Length; i++)
        {
            weights[i] = data.Weights.IsEmpty ? 1 : data.Weights[rows[i]];
        }

        double[] outputs = new double[columns];
        double[] targets = new double[rows.Length];
        bool varies = false;
        for (int j = 0; j < columns; j++)
        {
            for (int i = 0; i < targets.Length; i++)
            {
                targets[i] = table[(i * columns) + j];
            }

            varies |= Varies(targets, weights);
            if (loss is SoftmaxCrossEntropy { LabelSmoothing: var smoothing })
            {
                outputs[j] = Logarithm(Mean(targets, weights), smoothing, columns);
            }
            else if (Output(loss, targets, weights) is { } output)
            {
                outputs[j] = output;
            }
            else
            {
                return null;
            }
        }

        return varies ? outputs : null;
    }

    /// <summary>The output of a single column; null when the loss has no rule of single outputs.</summary>
    public static double? Output(Loss loss, double[] targets, double[] weights)
    {
        try
        {
            return loss.Accept(new Search(targets, weights, loss.Link == OutputLink.Identity));
        }
        catch (NotSupportedException)
        {
            return null;
        }
    }

    /// <summary>Whether there are two targets, of rows that count.</summary>
    public static bool Varies(double[] targets, double[] weights)
    {
        double first = double.NaN;
        for (int i = 0; i < targets.Length; i++)
        {
            if (weights[i] > 0)
            {
                first = double.IsNaN(first) ? targets[i] : first;
                if (targets[i] != first)
                {
                    return true;
                }
            }
        }

        return false;
    }

    private static double[]? LogFrequencies(ClassRows classes, ReadOnlySpan<float> weights, double smoothing)
    {
        double[] frequencies = new double[classes.Width];
        double sum = 0;
        for (int i = 0; i < classes.Count; i++)
        {
            double weight = weights.IsEmpty ? 1 : weights[i];
            frequencies[classes.Labels[i]] += weight;
            sum += weight;
        }

        return frequencies.Count(f => f > 0) > 1 ? Array.ConvertAll(frequencies, f => Logarithm(f / sum, smoothing, frequencies.Length)) : null;
    }

    private static double Mean(double[] targets, double[] weights)
    {
        double sum = 0;
        double weight = 0;
        for (int i = 0; i < targets.Length; i++)
        {
            sum += weights[i] * targets[i];
            weight += weights[i];
        }

        return weight > 0 ? sum / weight : 0;
    }

    private static double Logarithm(double frequency, double smoothing, int classes) =>
        Math.Max(-LargestLogit, Math.Log(((1 - smoothing) * frequency) + (smoothing / classes)));

    /// <summary>Where the slope of Σ weight · loss changes its sign, by halving: losses are convex.</summary>
    private readonly struct Search(double[] targets, double[] weights, bool isIdentity) : ILossVisitor<double?>
    {
        public double? Visit<TRule>(TRule rule)
            where TRule : struct, ILossRule
        {
            double low = isIdentity ? targets.Min() : -LargestLogit;
            double high = isIdentity ? targets.Max() : LargestLogit;
            for (int i = 0; i < Halvings; i++)
            {
                double middle = low + ((high - low) / 2);
                double slope = 0;
                for (int row = 0; row < targets.Length; row++)
                {
                    slope += weights[row] * rule.Derivative(new ReferenceLane<double>(middle), new ReferenceLane<double>(targets[row])).Value;
                }

                (low, high) = slope > 0 ? (low, middle) : (middle, high);
            }

            return low + ((high - low) / 2);
        }
    }
}
