namespace MLNet.GradientTrainers.Kernels;

/// <summary>
/// The rate falls with the inverse of time: rate / (1 + decay · e) after e epochs, with parts of an epoch unless <see cref="Staircase"/>. The slowest fall that lets
/// stochastic descent come to rest on the minimum.
/// </summary>
/// <remarks>H. Robbins, S. Monro, "A stochastic approximation method", 1951.</remarks>
public sealed record InverseTimeDecay : LearningRateSchedule
{
    /// <inheritdoc/>
    public override string Name => "inverse-time";

    /// <inheritdoc/>
    public override bool DependsOnEpochs => false;

    /// <summary>How fast: after 1 / decay epochs the rate is halved. At least 0.</summary>
    public double Decay { get; init; } = 0.1;

    /// <summary>True to change the rate once an epoch, false at every update.</summary>
    public bool Staircase { get; init; }

    /// <inheritdoc/>
    public override void Validate() => Guard.NotNegative(Decay, nameof(Decay), Name);

    /// <inheritdoc/>
    public override double LearningRate(double initial, in SchedulePosition position) =>
        initial / (1 + (Decay * (Staircase ? position.Epoch - 1 : position.ElapsedEpochs)));
}
