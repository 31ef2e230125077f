namespace MLNet.GradientTrainers.Kernels.Tests;

/// <summary>Keeps every state of a run in memory; begins with one of them.</summary>
internal sealed class KeptStates(byte[]? start = null, Func<CheckpointMoment, int, bool>? isDue = null) : ICheckpointStore
{
    public List<(CheckpointMoment Moment, byte[] State)> All { get; } = [];

    public Stream? Open() => start is null ? null : new MemoryStream(start, writable: false);

    public bool IsDue(CheckpointMoment moment, int epoch) => isDue?.Invoke(moment, epoch) ?? true;

    public void Save(CheckpointMoment moment, Action<Stream> write)
    {
        using MemoryStream stream = new();
        write(stream);
        All.Add((moment, stream.ToArray()));
    }
}
