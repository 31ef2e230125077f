namespace MLNet.GradientTrainers.Kernels;

/// <summary>The rate falls by the same factor with every epoch: rate · factorᵉ after e epochs, with parts of an epoch unless <see cref="Staircase"/>.</summary>
/// <remarks>With <see cref="Staircase"/> PyTorch's <c>ExponentialLR</c>, stepped once an epoch.</remarks>
public sealed record ExponentialDecay : LearningRateSchedule
{
    /// <inheritdoc/>
    public override string Name => "exponential";

    /// <inheritdoc/>
    public override bool DependsOnEpochs => false;

    /// <summary>Factor of an epoch, above 0. Above 1 the rate grows.</summary>
    public double Factor { get; init; } = 0.95;

    /// <summary>True to change the rate once an epoch, false at every update.</summary>
    public bool Staircase { get; init; } = true;

    /// <inheritdoc/>
    public override void Validate() => Guard.Positive(Factor, nameof(Factor), Name);

    /// <inheritdoc/>
    public override double LearningRate(double initial, in SchedulePosition position) =>
        initial * Math.Pow(Factor, Staircase ? position.Epoch - 1 : position.ElapsedEpochs);
}
