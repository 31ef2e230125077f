namespace MLNet.GradientTrainers.Kernels;

/// <summary>Smooths curves such as the loss over steps.</summary>
public static class CurveSmoothing
{
    /// <summary>
    /// Exponentially weighted mean: sₜ = β · sₜ₋₁ + (1 − β) · vₜ from s₀ = 0, divided by 1 − βᵗ, so that the first points are not pulled towards 0.
    /// </summary>
    /// <param name="values">The curve.</param>
    /// <param name="beta">β: the share of the past, in [0, 1); about 1 / (1 − β) points count. 0 gives the curve itself.</param>
    /// <returns>As many points as there are values. A NaN or infinite value is left out of the mean.</returns>
    /// <remarks>R. Brown, "Exponential smoothing for predicting demand", 1956; the correction as in Adam.</remarks>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="beta"/> is out of its range.</exception>
    public static double[] Exponential(ReadOnlySpan<double> values, double beta = 0.9)
    {
        Guard.InRange(beta, 0, 1, nameof(beta), nameof(CurveSmoothing));
        double[] smoothed = new double[values.Length];
        double mean = 0;
        double weight = 0;
        for (int i = 0; i < values.Length; i++)
        {
            if (double.IsFinite(values[i]))
            {
                mean = (beta * mean) + ((1 - beta) * values[i]);
                weight = (beta * weight) + (1 - beta);
            }

            smoothed[i] = weight > 0 ? mean / weight : double.NaN;
        }

        return smoothed;
    }
}
