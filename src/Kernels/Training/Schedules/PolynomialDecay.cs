namespace MLNet.GradientTrainers.Kernels;

/// <summary>
/// The rate falls over the whole run along a polynomial: rateₜ = last + (rate − last) · (1 − (t − 1) / T)ᵖ at update t of T, with last = rate ·
/// <see cref="FinalFraction"/>. Power 1 is a straight line.
/// </summary>
/// <remarks>
/// PyTorch's <c>PolynomialLR</c>, stepped at every update, with an end of its own as in Keras. W. Liu, A. Rabinovich, A. Berg, "ParseNet: looking wider to see better", 2015.
/// </remarks>
public sealed record PolynomialDecay : LearningRateSchedule
{
    /// <inheritdoc/>
    public override string Name => "polynomial";

    /// <summary>p, above 0.</summary>
    public double Power { get; init; } = 1;

    /// <summary>The rate that the end tends to, as a share of the initial one, in [0, 1).</summary>
    public double FinalFraction { get; init; }

    /// <inheritdoc/>
    public override void Validate()
    {
        Guard.Positive(Power, nameof(Power), Name);
        Guard.InRange(FinalFraction, 0, 1, nameof(FinalFraction), Name);
    }

    /// <inheritdoc/>
    public override double LearningRate(double initial, in SchedulePosition position)
    {
        double last = initial * FinalFraction;
        return last + ((initial - last) * Math.Pow(1 - position.Progress, Power));
    }
}
