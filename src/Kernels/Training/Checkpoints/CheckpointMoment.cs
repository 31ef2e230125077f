namespace MLNet.GradientTrainers.Kernels;

/// <summary>Where a run stands when its state may be kept.</summary>
public enum CheckpointMoment
{
    /// <summary>Between two updates of an epoch.</summary>
    Update,

    /// <summary>After an epoch that is not the last one.</summary>
    Epoch,

    /// <summary>The run was cancelled.</summary>
    Cancelled,

    /// <summary>After the last update of all. A run that goes on from there only measures what it has.</summary>
    End,
}
