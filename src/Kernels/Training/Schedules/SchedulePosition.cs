namespace MLNet.GradientTrainers.Kernels;

/// <summary>Where a run stands when a learning rate is asked for.</summary>
/// <param name="Step">Number of the update, from 1.</param>
/// <param name="Epoch">Number of the epoch, from 1.</param>
/// <param name="Epochs">Epochs wanted.</param>
/// <param name="StepsPerEpoch">Updates in an epoch.</param>
/// <param name="Memory">What the schedule remembers of finished epochs.</param>
public readonly record struct SchedulePosition(long Step, int Epoch, int Epochs, int StepsPerEpoch, ScheduleMemory Memory = default)
{
    /// <summary>Updates of the whole run.</summary>
    public long Steps => (long)Epochs * StepsPerEpoch;

    /// <summary>Epochs behind this update, with the part of the present one.</summary>
    public double ElapsedEpochs => (Step - 1) / (double)StepsPerEpoch;

    /// <summary>The part of the run behind this update, in [0, 1).</summary>
    public double Progress => (Step - 1) / (double)Steps;
}

/// <summary>What a schedule that looks at the loss carries from epoch to epoch. The default value is the start.</summary>
/// <param name="Epochs">Epochs seen.</param>
/// <param name="Best">The lowest loss of them.</param>
/// <param name="Waited">Epochs without improvement.</param>
/// <param name="Rest">Epochs still to come in which none is counted.</param>
/// <param name="Reductions">How often the rate was lowered.</param>
public readonly record struct ScheduleMemory(int Epochs, double Best, int Waited, int Rest, int Reductions);
