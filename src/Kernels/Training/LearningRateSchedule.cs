namespace MLNet.GradientTrainers.Kernels;

/// <summary>Where a run stands when a learning rate is asked for.</summary>
/// <param name="Step">Number of the update, from 1.</param>
/// <param name="Epoch">Number of the epoch, from 1.</param>
/// <param name="Epochs">Epochs wanted.</param>
/// <param name="StepsPerEpoch">Updates in an epoch.</param>
public readonly record struct SchedulePosition(long Step, int Epoch, int Epochs, int StepsPerEpoch);

/// <summary>How the learning rate changes during a run. Immutable: a pure function of the position.</summary>
public abstract record LearningRateSchedule
{
    /// <summary>The optimizer's own rate throughout.</summary>
    public static LearningRateSchedule Constant { get; } = new ConstantSchedule();

    /// <summary>The rate of one update.</summary>
    /// <param name="initial">The optimizer's <see cref="Optimizer.LearningRate"/>.</param>
    /// <param name="position">Where the run stands.</param>
    public abstract double LearningRate(double initial, in SchedulePosition position);

    private sealed record ConstantSchedule : LearningRateSchedule
    {
        public override double LearningRate(double initial, in SchedulePosition position) => initial;
    }
}
