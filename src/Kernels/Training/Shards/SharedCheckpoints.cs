namespace MLNet.GradientTrainers.Kernels;

/// <summary>The checkpoints of a run that processes share: the first one keeps them, and tells the others the state to go on from, so that only its file counts.</summary>
internal sealed class SharedCheckpoints(Communicator communicator, ICheckpointStore? first) : ICheckpointStore
{
    private readonly ICheckpointStore? _first = communicator.Rank == 0 ? first : null;

    public Stream? Open()
    {
        using MemoryStream own = new();
        using (Stream? state = _first?.Open())
        {
            state?.CopyTo(own);
        }

        byte[] told = communicator.AllGather("the state to go on from", own.ToArray())[0];
        return told.Length == 0 ? null : new MemoryStream(told, writable: false);
    }

    public bool IsDue(CheckpointMoment moment, int epoch) => _first?.IsDue(moment, epoch) == true;

    public void Save(CheckpointMoment moment, Action<Stream> write) => _first!.Save(moment, write);
}
