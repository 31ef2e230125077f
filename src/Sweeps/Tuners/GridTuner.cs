namespace MLNet.GradientTrainers.Sweeps;

/// <summary>Every combination once, in order, the last parameter changing fastest; then the sweep is over.</summary>
public sealed class GridTuner : Tuner
{
    /// <summary>Creates the tuner.</summary>
    /// <param name="steps">Values of a range, its ends included, evenly on its scale; whole numbers that are fewer are all taken. At least 1, which takes the middle.</param>
    public GridTuner(int steps = 5)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(steps, 1);
        Steps = steps;
    }

    /// <summary>Values of a range.</summary>
    public int Steps { get; }

    /// <inheritdoc/>
    public override string Name => $"grid of {Steps}";

    /// <summary>Number of combinations of a space; <see cref="long.MaxValue"/> for more than can be counted.</summary>
    /// <param name="space">The space.</param>
    public long Combinations(SearchSpace space) => new GridPoints(space, Steps).Count;

    /// <inheritdoc/>
    public override ParameterValues? Propose(TunerRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        var points = new GridPoints(request.Space, Steps);

        // The start values came first; each trial since has taken at least one point, in order.
        for (long i = Math.Max(0, request.Number - 1 - request.Space.Start.Count); i < points.Count; i++)
        {
            if (points[i] is var point && request.IsNew(point))
            {
                return point;
            }
        }

        return null;
    }
}
