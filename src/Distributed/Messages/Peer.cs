using System.Diagnostics;

namespace MLNet.GradientTrainers.Distributed;

/// <summary>Another process, as far as it is known.</summary>
internal sealed class Peer(int rank)
{
    public int Rank { get; } = rank;

    public string Name { get; set; } = "";

    public byte[] Control { get; } = GC.AllocateUninitializedArray<byte>(ControlMessage.Length, pinned: true);

    /// <summary>Takes what it has said.</summary>
    public Action Hear { get; set; } = () => { };

    public long Heard { get; set; } = Stopwatch.GetTimestamp();

    /// <summary>Whether it has said that it sends no more.</summary>
    public bool IsDone { get; set; }
}
