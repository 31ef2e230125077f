using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers;

/// <summary>The checkpoint of a fit's only training: its state goes straight into the file.</summary>
internal sealed class SingleCheckpoint(FitCheckpoint fit, CheckpointClock clock) : ICheckpointStore
{
    public Stream? Open() => fit.State();

    public bool IsDue(CheckpointMoment moment, int epoch) => clock.IsDue(moment, epoch);

    public void Save(CheckpointMoment moment, Action<Stream> write)
    {
        fit.Write(write);
        clock.Restart();
    }
}
