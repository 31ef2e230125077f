namespace MLNet.GradientTrainers.Samples.Figures;

/// <summary>How a series is drawn.</summary>
internal enum SeriesStyle
{
    /// <summary>A line of ordinary width.</summary>
    Line,

    /// <summary>A hair line, for raw values behind a smoothed line.</summary>
    Thin,

    /// <summary>A line with a dot at each point, for few points.</summary>
    Dots,

    /// <summary>Dots without a line, for data.</summary>
    Points,

    /// <summary>A broken line, for what another one is compared with.</summary>
    Dashed,
}

/// <summary>A curve of a chart.</summary>
/// <param name="Name">What the legend says.</param>
/// <param name="Points">Points from left to right; those that are not finite are left out.</param>
/// <param name="Color">A CSS colour.</param>
/// <param name="Style">How it is drawn.</param>
internal sealed record Series(string Name, IReadOnlyList<(double X, double Y)> Points, string Color, SeriesStyle Style = SeriesStyle.Line)
{
    private const int MostPoints = 3000;

    /// <summary>The attributes that break a line, where it is broken.</summary>
    public (string Name, object Value)[] Dashes => Style == SeriesStyle.Dashed ? [("stroke-dasharray", "7 6")] : [];

    /// <summary>
    /// The points to draw: all, or of a long line the lowest and highest of each of equal runs, which looks the same at the size of a figure; of many dots
    /// every so many.
    /// </summary>
    public IReadOnlyList<(double X, double Y)> Drawn()
    {
        var finite = Points.Where(p => double.IsFinite(p.X) && double.IsFinite(p.Y)).ToArray();
        if (finite.Length <= MostPoints)
        {
            return finite;
        }

        if (Style == SeriesStyle.Points)
        {
            int step = (finite.Length + MostPoints - 1) / MostPoints;
            return finite.Where((_, i) => i % step == 0).ToArray();
        }

        int run = (int)Math.Ceiling(finite.Length / (MostPoints / 2.0));
        return finite.Chunk(run).SelectMany(chunk =>
        {
            var low = chunk.MinBy(p => p.Y);
            var high = chunk.MaxBy(p => p.Y);
            return low.X <= high.X ? new[] { low, high } : [high, low];
        }).ToArray();
    }

    /// <summary>The exponentially weighted mean of a curve: sₙ = β·sₙ₋₁ + (1 − β)·yₙ, divided by 1 − βⁿ so that the start is not pulled to zero.</summary>
    /// <param name="points">The raw curve.</param>
    /// <param name="beta">Weight of the past, in [0, 1).</param>
    public static (double X, double Y)[] Smooth(IReadOnlyList<(double X, double Y)> points, double beta)
    {
        double mean = 0;
        double weight = 1;
        return points.Select(p =>
        {
            mean = (beta * mean) + ((1 - beta) * p.Y);
            weight *= beta;
            return (p.X, mean / (1 - weight));
        }).ToArray();
    }
}
