namespace MLNet.GradientTrainers.Kernels;

/// <summary>
/// Searches for the smallest value of a function on a grid, without a gradient. A value that is NaN counts as larger than any. Where several points are equal, the
/// first one is taken.
/// </summary>
public static class GridSearch
{
    /// <summary>Tries every value of one variable.</summary>
    /// <param name="function">What is minimised.</param>
    /// <param name="from">The first value.</param>
    /// <param name="to">The last value.</param>
    /// <param name="step">The distance of neighbours, above 0.</param>
    /// <exception cref="ArgumentException">The range is empty or the step not above 0.</exception>
    /// <exception cref="InvalidOperationException">The function is NaN everywhere.</exception>
    public static SearchResult Exhaustive(Func<double, double> function, double from, double to, double step)
    {
        ArgumentNullException.ThrowIfNull(function);
        return Exhaustive(x => function(x[0]), [new SearchAxis(from, to, step)]);
    }

    /// <summary>Tries every point of a grid.</summary>
    /// <param name="function">What is minimised.</param>
    /// <param name="axes">The values of each variable; at least one variable.</param>
    /// <exception cref="ArgumentException">There is no axis.</exception>
    /// <exception cref="InvalidOperationException">The function is NaN everywhere.</exception>
    public static SearchResult Exhaustive(ScalarFunction function, ReadOnlySpan<SearchAxis> axes)
    {
        GridProbe probe = new(function, axes);
        int[] index = new int[axes.Length];
        do
        {
            probe.Try(index);
        }
        while (Next(index, probe.Counts));
        return probe.Result();
    }

    /// <summary>
    /// Divides the grid into cells, tries the middle of each, and goes on inside the best cell until it is a single point. It finds the grid's minimum where the
    /// function rises alike on all sides of it; where it is steeper on one side, or has several valleys, perhaps another point.
    /// </summary>
    /// <param name="function">What is minimised.</param>
    /// <param name="axes">The values of each variable; at least one variable.</param>
    /// <param name="cells">Cells of each axis in each round, at least 2. On a 16 × 16 grid, 4 cells need 16 + 16 evaluations instead of 256.</param>
    /// <exception cref="ArgumentException">There is no axis, or there are fewer than 2 cells.</exception>
    /// <exception cref="InvalidOperationException">The function is NaN wherever it was tried.</exception>
    public static SearchResult DivideAndConquer(ScalarFunction function, ReadOnlySpan<SearchAxis> axes, int cells = 4)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(cells, 2);
        GridProbe probe = new(function, axes);
        int[] first = new int[axes.Length];
        int[] counts = [.. probe.Counts];
        while (true)
        {
            // Sizes differ by 1 at most, so that the minimum's own cell has the nearest middle.
            int[] numbers = Array.ConvertAll(counts, count => Math.Min(count, cells));
            int[] cell = new int[axes.Length];
            int[] best = [.. cell];
            double bestValue = double.PositiveInfinity;
            do
            {
                double value = probe.Try([.. cell.Select((c, d) => Start(d, c) + ((Length(d, c) - 1) / 2))]);
                if (value < bestValue)
                {
                    bestValue = value;
                    cell.CopyTo(best, 0);
                }
            }
            while (Next(cell, numbers));

            int[] lengths = [.. best.Select((c, d) => Length(d, c))];
            first = [.. best.Select((c, d) => Start(d, c))];
            counts = lengths;
            if (Array.TrueForAll(counts, count => count == 1))
            {
                return probe.Result();
            }

            int Start(int axis, int number) => first[axis] + (int)((long)number * counts[axis] / numbers[axis]);
            int Length(int axis, int number) => Start(axis, number + 1) - Start(axis, number);
        }
    }

    /// <summary>The same for one variable.</summary>
    /// <param name="function">What is minimised.</param>
    /// <param name="from">The first value.</param>
    /// <param name="to">The last value.</param>
    /// <param name="step">The distance of neighbours, above 0.</param>
    /// <param name="cells">Cells in each round, at least 2.</param>
    /// <inheritdoc cref="DivideAndConquer(ScalarFunction, ReadOnlySpan{SearchAxis}, int)" path="/exception"/>
    public static SearchResult DivideAndConquer(Func<double, double> function, double from, double to, double step, int cells = 4)
    {
        ArgumentNullException.ThrowIfNull(function);
        return DivideAndConquer(x => function(x[0]), [new SearchAxis(from, to, step)], cells);
    }

    /// <summary>Walks from a point to its best neighbour, one step along one axis, until no neighbour is better: a local minimum of the grid.</summary>
    /// <param name="function">What is minimised.</param>
    /// <param name="axes">The values of each variable; at least one variable.</param>
    /// <param name="start">Where to start; the nearest point of the grid is taken. Empty for the grid's middle.</param>
    /// <exception cref="ArgumentException">There is no axis, or the start has another number of variables or is not finite.</exception>
    /// <exception cref="InvalidOperationException">The function is NaN at the start and around it.</exception>
    public static SearchResult GreedyDescent(ScalarFunction function, ReadOnlySpan<SearchAxis> axes, ReadOnlySpan<double> start = default)
    {
        GridProbe probe = new(function, axes);
        int[] index = probe.Nearest(start);
        double value = probe.Try(index);
        List<IReadOnlyList<double>> path = [probe.Point(index)];
        while (true)
        {
            int[]? best = null;
            for (int axis = 0; axis < index.Length; axis++)
            {
                for (int move = -1; move <= 1; move += 2)
                {
                    int[] neighbour = [.. index];
                    neighbour[axis] += move;
                    if ((uint)neighbour[axis] < (uint)probe.Counts[axis] && probe.Try(neighbour) is var other && (other < value || (double.IsNaN(value) && !double.IsNaN(other))))
                    {
                        value = other;
                        best = neighbour;
                    }
                }
            }

            if (best is null)
            {
                return probe.Result() with { Path = path.AsReadOnly() };
            }

            index = best;
            path.Add(probe.Point(index));
        }
    }

    /// <summary>Counts on: the last index fastest.</summary>
    private static bool Next(int[] index, int[] counts)
    {
        for (int axis = index.Length - 1; axis >= 0; axis--)
        {
            if (++index[axis] < counts[axis])
            {
                return true;
            }

            index[axis] = 0;
        }

        return false;
    }
}
