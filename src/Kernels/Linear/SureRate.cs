namespace MLNet.GradientTrainers.Kernels;

/// <summary>
/// The largest rate that is sure for plain descent: no step of it can lengthen the way to the minimum, wherever it starts. With λ the largest curvature of the mean loss and β that of one
/// row's, it is 1/λ for full batches and m/(β + (m − 1)·λ) for batches of m rows, as <see cref="LearningRateLimit"/> has it; here from all rows and the largest curvature that the loss has
/// anywhere. A loss without a curvature, such as the absolute error, gets B. Polyak's step, "Introduction to optimization", 1987: its value over the square of its gradient. So does one that
/// starts far out where its slope no longer grows, for steps whose rate falls: there a step can do no harm that the others do not mend. For a given number N of steps it is no more than
/// way/(gradient · √N), which is best for so many (Y. Nesterov, "Introductory lectures on convex optimization", 2004, 3.2.3).
/// </summary>
/// <param name="Rate">The rate.</param>
/// <param name="RateOfMean">The rate for the mean of a batch's losses, whichever of mean and sum is to be minimised.</param>
/// <param name="LossCurvature">The largest ∂²loss/∂prediction²; 0 where it has none.</param>
internal readonly record struct SureRate(double Rate, double RateOfMean, double LossCurvature)
{
    /// <summary>λ is approached from below, by passes over the rows; an accelerated descent notices what is missing.</summary>
    private const int MaxPasses = 20;

    private const double Precision = 1e-2;
    private const double SafetyFactor = 1.1;

    /// <summary>A loss of bounded slope s is far out from so many times s² on.</summary>
    private const double FarOut = 2;

    /// <summary>Finds the rate.</summary>
    /// <param name="task">The rows, and where the run starts.</param>
    /// <param name="options">Its options.</param>
    /// <param name="isWhite">Whether the features are whitened, so that λ is known.</param>
    /// <param name="steps">Steps of the run; null where it takes as many as it needs.</param>
    /// <param name="processes">The processes that find it together; null for this one alone.</param>
    public static SureRate Of(LinearTask task, LinearOptions options, bool isWhite, double? steps, SharedRun? processes = null)
    {
        LinearData data = task.Data;
        LinearKernel kernel = LinearKernel.Create(data, options.Loss);
        double weight = 0;
        double longest = 0;
        double squares = 0;
        double largestNorm = 0;
        foreach (int row in task.Rows)
        {
            double own = data.Weights?[row] ?? 1;
            double norm = own > 0 ? kernel.SquaredNorm(row) + (options.FitIntercept ? 1 : 0) : 0;
            double square = own * norm;
            largestNorm = Math.Max(largestNorm, norm);
            weight += own;
            longest = Math.Max(longest, square);
            squares += square;
        }

        int batch = Math.Min(options.BatchRows, task.Rows.Length);
        double meanWeight = weight / task.Rows.Length;
        double reduction = options.Loss.Reduction == Reduction.Sum ? 1 / (batch * meanWeight) : 1;
        bool hasCurvature = options.Loss is not (MeanAbsoluteError or Quantile);
        double curvature = hasCurvature ? Steepest(kernel, task, options.Loss) : 0;
        double largest = isWhite ? 1 : SafetyFactor * Largest(task, options, processes) / weight;
        LinearSums start = kernel.Measure(task.Rows, [.. task.Start.Weights, task.Start.Bias]);
        double value = start.Loss / weight;
        double gradient = batch == task.Rows.Length ? largest : ((squares / weight) + ((batch - 1) * largest)) / batch;
        double l2 = LinearSteps.Penalty(options);
        if (!(curvature > 0))
        {
            return Of(Subgradient(1), 0);
        }

        double lambda = (curvature * largest) + l2;
        double beta = (curvature * longest / meanWeight) + l2;
        double rate = batch == task.Rows.Length ? 1 / lambda : batch / (beta + ((batch - 1) * lambda));
        double? slope = options.Loss switch { Huber huber => huber.Delta, LogCosh => 1, _ => null };
        bool isFarOut = batch < task.Rows.Length && value > FarOut * slope * slope;
        return Of(isFarOut ? Math.Max(rate, Subgradient(slope!.Value)) : rate, curvature);

        // In units of the prediction, the way is about the loss over its slope.
        double Subgradient(double slope) => 1 / ((slope * slope * Math.Max(gradient, Math.Sqrt(gradient * (steps ?? 0))) / value) + l2);

        // The penalty L1 moves each weight by as much at every step, however small the labels are: no prediction further than to its label.
        double LongestForL1() => options.L1Regularization > 0
            ? start.RootMeanSquaredError / (options.L1Regularization * Math.Sqrt(data.Width * largestNorm))
            : double.PositiveInfinity;

        SureRate Of(double rate, double of) => new(Usable(Math.Min(reduction * rate, LongestForL1())), Usable(rate), of);
    }

    /// <summary>The largest second derivative that the loss has; of one that is not known, at the start and on the targets.</summary>
    private static double Steepest(LinearKernel kernel, LinearTask task, Loss loss)
    {
        switch (loss)
        {
            case MeanSquaredError:
                return 2;
            case Huber or LogCosh:
                return 1;
        }

        double[] curvatures = new double[task.Rows.Length];
        double largest = 0;
        foreach (bool atTarget in (ReadOnlySpan<bool>)[false, true])
        {
            kernel.Curvatures(task.Rows, [.. task.Start.Weights, task.Start.Bias], atTarget, curvatures);
            for (int i = 0; i < curvatures.Length; i++)
            {
                double weight = task.Data.Weights?[task.Rows[i]] ?? 1;
                largest = Math.Max(largest, weight > 0 ? curvatures[i] / weight : 0);
            }
        }

        return largest;
    }

    /// <summary>The largest eigenvalue of Σ weight · x·xᵀ.</summary>
    private static double Largest(LinearTask task, LinearOptions options, SharedRun? processes)
    {
        double[] weights = new double[task.Data.Count];
        foreach (int row in task.Rows)
        {
            weights[row] = task.Data.Weights?[row] ?? 1;
        }

        LinearKernel hessian = LinearKernel.Create(task.Data.WithoutWeights(weights), default(LearningRateLimit.CurvatureRule));
        using FullPass pass = new(hessian, task.Rows, task.Data.Width, options.NumberOfThreads ?? 0, processes);
        return LearningRateLimit.LargestEigenvalue(Pass, task.Data.Width, options.FitIntercept, MaxPasses, Precision);

        void Pass(double[] direction, double[] product)
        {
            options.CancellationToken.ThrowIfCancellationRequested();
            pass.Gradient(direction, product);
        }
    }

    /// <summary>Where nothing has a curvature or a gradient, no step is taken, and any rate will do.</summary>
    private static double Usable(double rate) => double.IsFinite(rate) && rate > 0 ? rate : 1;
}
