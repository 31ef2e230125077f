namespace MLNet.GradientTrainers.Kernels;

/// <summary>
/// One cycle over the whole run: the rate rises from rate / <see cref="StartDivisor"/> to the optimizer's rate, the peak, in the first part of the updates, and falls
/// to rate / (<see cref="StartDivisor"/> · <see cref="FinalDivisor"/>) in the rest; both along half a cosine, or along straight lines. With it a peak far above the best
/// constant rate is stable, and it trains in fewer epochs.
/// </summary>
/// <remarks>
/// PyTorch's <c>OneCycleLR</c> with its defaults, without the cycle of the momentum. L. Smith, N. Topin, "Super-convergence: very fast training of neural networks using
/// large learning rates", 2018.
/// </remarks>
public sealed record OneCycle : LearningRateSchedule
{
    /// <inheritdoc/>
    public override string Name => "one-cycle";

    /// <summary>The part of the run before the peak, in (0, 1).</summary>
    public double PeakFraction { get; init; } = 0.3;

    /// <summary>The peak by the first rate, above 0.</summary>
    public double StartDivisor { get; init; } = 25;

    /// <summary>The first rate by the last one, above 0.</summary>
    public double FinalDivisor { get; init; } = 1e4;

    /// <summary>True for straight lines, false for half cosines.</summary>
    public bool Linear { get; init; }

    /// <inheritdoc/>
    public override void Validate()
    {
        Guard.Inside(PeakFraction, 0, 1, nameof(PeakFraction), Name);
        Guard.Positive(StartDivisor, nameof(StartDivisor), Name);
        Guard.Positive(FinalDivisor, nameof(FinalDivisor), Name);
    }

    /// <inheritdoc/>
    public override double LearningRate(double initial, in SchedulePosition position)
    {
        double done = position.Step - 1;
        double peak = (PeakFraction * position.Steps) - 1;
        double end = position.Steps - 1;
        double first = initial / StartDivisor;
        return done <= peak && peak > 0
            ? Between(first, initial, done / peak)
            : Between(initial, first / FinalDivisor, (done - Math.Max(peak, 0)) / Math.Max(end - Math.Max(peak, 0), 1));
    }

    private double Between(double from, double to, double part) =>
        Linear ? from + ((to - from) * part) : to + ((from - to) * (1 + Math.Cos(Math.PI * part)) / 2);
}
