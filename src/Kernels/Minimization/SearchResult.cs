namespace MLNet.GradientTrainers.Kernels;

/// <summary>The outcome of a search on a grid.</summary>
/// <param name="Point">The best variables found.</param>
/// <param name="Value">The function there.</param>
/// <param name="Evaluations">How often the function was computed.</param>
/// <param name="Path">The way to <paramref name="Point"/>, which is its last: each step of a greedy descent; else the best point so far, each time it improved.</param>
public sealed record SearchResult(IReadOnlyList<double> Point, double Value, int Evaluations, IReadOnlyList<IReadOnlyList<double>> Path)
{
    /// <summary>The variable found, for a function of one variable.</summary>
    /// <exception cref="InvalidOperationException">The function has several variables.</exception>
    public double X => Point.Count == 1 ? Point[0] : throw new InvalidOperationException($"The function has {Point.Count} variables: read {nameof(Point)}.");
}
