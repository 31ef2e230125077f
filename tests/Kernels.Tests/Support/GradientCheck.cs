namespace MLNet.GradientTrainers.Kernels.Tests;

/// <summary>Compares a backward pass with central differences of its forward pass, in double.</summary>
internal static class GradientCheck
{
    private const double Step = 1e-5;

    // The difference quotient errs by Step² · f‴ / 6 (1e-10) and by rounding of f / Step (1e-11).
    private const double Tolerance = 1e-8;

    /// <summary>Checks one array of inputs.</summary>
    /// <param name="what">For the message.</param>
    /// <param name="point">Where the gradient is taken.</param>
    /// <param name="gradient">The backward pass's result there.</param>
    /// <param name="function">The scalar function of the inputs.</param>
    public static void Verify(string what, double[] point, double[] gradient, Func<double[], double> function)
    {
        Assert.HasCount(point.Length, gradient, what);
        double[] moved = (double[])point.Clone();
        for (int i = 0; i < point.Length; i++)
        {
            moved[i] = point[i] + Step;
            double above = function(moved);
            moved[i] = point[i] - Step;
            double below = function(moved);
            moved[i] = point[i];
            double expected = (above - below) / (2 * Step);
            Assert.AreEqual(expected, gradient[i], Tolerance * Math.Max(1, Math.Abs(expected)), $"{what}, element {i} of {point.Length}");
        }
    }

    /// <summary>Σ weights · values: makes a scalar of an output, so that the weights are its gradient.</summary>
    public static double Inner(double[] weights, double[] values)
    {
        double sum = 0;
        for (int i = 0; i < weights.Length; i++)
        {
            sum += weights[i] * values[i];
        }

        return sum;
    }
}
