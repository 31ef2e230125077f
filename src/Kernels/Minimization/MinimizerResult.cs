namespace MLNet.GradientTrainers.Kernels;

/// <summary>One point of a minimisation.</summary>
/// <param name="Step">Steps done to reach it; 0 for the start.</param>
/// <param name="Point">The variables.</param>
/// <param name="Value">f there.</param>
/// <param name="LargestGradient">Magnitude of the gradient's largest element there.</param>
public sealed record MinimizerStep(int Step, IReadOnlyList<double> Point, double Value, double LargestGradient);

/// <summary>The outcome of a minimisation.</summary>
/// <param name="Point">The variables at the end.</param>
/// <param name="Value">f there.</param>
/// <param name="LargestGradient">Magnitude of the gradient's largest element there.</param>
/// <param name="Steps">Steps done.</param>
/// <param name="Converged">Whether the gradient fell within the tolerance; else the steps were used up. It is small at a saddle point too.</param>
/// <param name="History">The start and the point after each step; empty when it was not recorded.</param>
public sealed record MinimizerResult(
    IReadOnlyList<double> Point, double Value, double LargestGradient, int Steps, bool Converged, IReadOnlyList<MinimizerStep> History)
{
    /// <summary>The variable at the end, for a function of one variable.</summary>
    /// <exception cref="InvalidOperationException">The function has several variables.</exception>
    public double X => Point.Count == 1 ? Point[0] : throw new InvalidOperationException($"The function has {Point.Count} variables: read {nameof(Point)}.");
}
