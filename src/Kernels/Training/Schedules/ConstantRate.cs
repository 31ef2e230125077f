namespace MLNet.GradientTrainers.Kernels;

/// <summary>The optimizer's own rate throughout: rateₜ = rate.</summary>
public sealed record ConstantRate : LearningRateSchedule
{
    /// <inheritdoc/>
    public override string Name => "constant";

    /// <inheritdoc/>
    public override bool DependsOnEpochs => false;

    /// <inheritdoc/>
    public override double LearningRate(double initial, in SchedulePosition position) => initial;
}
