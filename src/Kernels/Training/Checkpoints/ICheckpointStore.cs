namespace MLNet.GradientTrainers.Kernels;

/// <summary>
/// Where a run leaves its state from time to time, and finds that of a run that was broken off: weights, the optimizer's and the schedule's state, the order of the rows, random numbers, history, and all
/// else that changes while training. A run that goes on from it ends with the same bits as one that was never broken off; only the seconds differ.
/// </summary>
/// <remarks>
/// Data, options and network must be those of the run that left the state, which only its sizes tell the engine; whoever keeps it sees to that. All is called on the thread that trains. What
/// <see cref="Save"/> throws ends the run.
/// </remarks>
public interface ICheckpointStore
{
    /// <summary>The state to go on from; null to begin anew. Asked once, when the run begins, which disposes of it.</summary>
    /// <returns>A stream that can seek, at what <see cref="Save"/> has written.</returns>
    Stream? Open();

    /// <summary>Whether the state should be kept now. Asked after every update, so that it must be quick.</summary>
    /// <param name="moment">Where the run stands.</param>
    /// <param name="epoch">The epoch that runs or, after one, that has ended; from 1.</param>
    bool IsDue(CheckpointMoment moment, int epoch);

    /// <summary>Keeps the state.</summary>
    /// <param name="moment">Where the run stands.</param>
    /// <param name="write">Writes it; to be called before this returns, or not at all.</param>
    void Save(CheckpointMoment moment, Action<Stream> write);
}
