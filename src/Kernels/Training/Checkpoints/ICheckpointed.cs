namespace MLNet.GradientTrainers.Kernels;

/// <summary>A part of a run that changes while it trains, and whose state a checkpoint holds.</summary>
internal interface ICheckpointed
{
    /// <summary>Names all that changes, in one order: a <see cref="CheckpointWriter"/> takes it, a <see cref="CheckpointReader"/> replaces it.</summary>
    void Exchange(CheckpointState state);
}
