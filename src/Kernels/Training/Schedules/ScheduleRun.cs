namespace MLNet.GradientTrainers.Kernels;

/// <summary>A schedule in one run: the only thing about it that changes is its memory.</summary>
internal sealed class ScheduleRun(LearningRateSchedule schedule, double initial, int epochs, int stepsPerEpoch) : ICheckpointed
{
    private ScheduleMemory _memory;

    /// <summary>The rate of an update.</summary>
    public double Rate(long step, int epoch) => schedule.LearningRate(initial, new SchedulePosition(step, epoch, epochs, stepsPerEpoch, _memory));

    /// <summary>Takes a finished epoch.</summary>
    public void EndEpoch(in EpochRecord epoch) => _memory = schedule.Remember(_memory, epoch);

    /// <inheritdoc/>
    public void Exchange(CheckpointState state)
    {
        state.Part("schedule");
        state.Value(ref _memory);
    }
}
