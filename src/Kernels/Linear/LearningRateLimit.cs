namespace MLNet.GradientTrainers.Kernels;

/// <summary>The learning rates that the data's curvature allows for plain gradient descent on a linear model.</summary>
/// <param name="Curvature">λ: the largest eigenvalue of the Hessian of the mean loss, penalty included.</param>
/// <param name="RowCurvature">β: the largest curvature of one row's loss, ∂²loss · (Σ xⱼ² + 1).</param>
/// <param name="Largest">
/// The largest stable rate: 2/λ for full batches; 2m/(β + (m − 1)·λ) for batches of m rows, which for single rows is 2/β. Beyond it some data makes the
/// weights grow without end. +∞ where the loss has no curvature.
/// </param>
/// <param name="Recommended">Half of it: the rate of the fastest sure descent.</param>
/// <remarks>
/// λ comes from power iterations on at most 16,384 rows, β from all. S. Ma, R. Bassily, M. Belkin, "The power of interpolation: understanding the
/// effectiveness of SGD in modern over-parametrized learning", 2018.
/// </remarks>
public readonly record struct LearningRateLimit(double Curvature, double RowCurvature, double Largest, double Recommended)
{
    private const int MaxRows = 1 << 14;
    private const int MaxIterations = 200;
    private const double Precision = 1e-5;

    internal static LearningRateLimit Estimate(LinearKernel kernel, LinearData data, ReadOnlySpan<int> trainingRows, LinearOptions options, LinearModel start)
    {
        int[] rows = Sample(trainingRows, MaxRows);
        double[] curvatures = Curvatures(kernel, trainingRows, start);
        double[] targets = new double[data.Count];
        double rowCurvature = 0;
        for (int i = 0; i < trainingRows.Length; i++)
        {
            targets[trainingRows[i]] = curvatures[i];
            rowCurvature = Math.Max(rowCurvature, curvatures[i] * (kernel.SquaredNorm(trainingRows[i]) + (options.FitIntercept ? 1 : 0)));
        }

        double weight = data.Weights is null ? rows.Length : rows.Sum(row => data.Weights[row]);
        double l2 = LinearSteps.Penalty(options);
        double meanWeight = weight > 0 ? weight / rows.Length : 1;
        rowCurvature = (rowCurvature / meanWeight) + l2;

        // The curvatures hold the weights already.
        LinearKernel hessian = LinearKernel.Create(data.WithoutWeights(targets), default(CurvatureRule));
        double curvature = (LargestEigenvalue((direction, product) => hessian.Gradient(rows, direction, product), data.Width, options.FitIntercept, MaxIterations, Precision) / (rows.Length * meanWeight)) + l2;
        int batch = Math.Min(options.BatchRows, trainingRows.Length);
        double recommended = batch == trainingRows.Length ? 1 / curvature : batch / (rowCurvature + ((batch - 1) * curvature));
        if (options.Loss.Reduction == Reduction.Sum)
        {
            recommended /= batch * meanWeight;
        }

        return new LearningRateLimit(curvature, rowCurvature, 2 * recommended, recommended);
    }

    /// <summary>Some of the rows, evenly spread; all where there are no more.</summary>
    internal static int[] Sample(ReadOnlySpan<int> rows, int most)
    {
        int[] sample = new int[Math.Min(most, rows.Length)];
        for (int i = 0; i < sample.Length; i++)
        {
            sample[i] = rows[(int)((long)i * rows.Length / sample.Length)];
        }

        return sample;
    }

    /// <summary>At the start of the run; where that lies in a flat part of the loss, at the target, where a loss is usually steepest.</summary>
    private static double[] Curvatures(LinearKernel kernel, ReadOnlySpan<int> rows, LinearModel start)
    {
        double[] curvatures = new double[rows.Length];
        double[] parameters = [.. start.Weights, start.Bias];
        kernel.Curvatures(rows, parameters, atTarget: false, curvatures);
        if (Array.TrueForAll(curvatures, c => c == 0))
        {
            kernel.Curvatures(rows, parameters, atTarget: true, curvatures);
        }

        return curvatures;
    }

    /// <summary>Power iteration: v ← H·v / ‖H·v‖.</summary>
    internal static double LargestEigenvalue(Action<double[], double[]> hessian, int width, bool fitIntercept, int maxIterations, double precision)
    {
        double[] direction = new double[width + 1];
        double[] product = new double[width + 1];
        RandomSource random = new(1);
        for (int j = 0; j < direction.Length; j++)
        {
            direction[j] = j < width || fitIntercept ? random.NextGaussian() : 0;
        }

        double eigenvalue = 0;
        Normalize(direction);
        for (int i = 0; i < maxIterations; i++)
        {
            hessian(direction, product);
            if (!fitIntercept)
            {
                product[width] = 0;
            }

            double last = eigenvalue;
            eigenvalue = Normalize(product);
            (direction, product) = (product, direction);
            if (Math.Abs(eigenvalue - last) <= precision * eigenvalue)
            {
                break;
            }
        }

        return eigenvalue;
    }

    private static double Normalize(double[] vector)
    {
        double norm = Math.Sqrt(vector.Sum(x => x * x));
        for (int j = 0; norm > 0 && j < vector.Length; j++)
        {
            vector[j] /= norm;
        }

        return norm;
    }

    /// <summary>½ · curvature · prediction²: its gradient at v is H·v. The target is the row's curvature.</summary>
    internal readonly struct CurvatureRule : ILossRule
    {
        public TLane Value<TLane>(TLane prediction, TLane target)
            where TLane : struct, ILane<TLane> => TLane.Create(0.5) * target * prediction * prediction;

        public TLane Derivative<TLane>(TLane prediction, TLane target)
            where TLane : struct, ILane<TLane> => target * prediction;
    }
}
