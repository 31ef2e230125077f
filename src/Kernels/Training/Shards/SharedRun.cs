namespace MLNet.GradientTrainers.Kernels;

/// <summary>
/// A run that processes share: who they are, and when it ends early. A process that is cancelled says so with its next batch, and all of them, that one too, end after the same batch; between two batches nobody looks at a
/// token that the others do not know.
/// </summary>
internal sealed class SharedRun : IDisposable
{
    private readonly CancellationToken _own;
    private readonly CancellationTokenSource _all = new();

    /// <param name="communicator">The processes.</param>
    /// <param name="own">What ends this one.</param>
    public SharedRun(Communicator communicator, CancellationToken own) => (Communicator, _own) = (communicator, own);

    public Communicator Communicator { get; }

    public int Rank => Communicator.Rank;

    public int Size => Communicator.Size;

    /// <summary>What ends all of them at once.</summary>
    public CancellationToken Token => _all.Token;

    /// <summary>Whether this process is to end early.</summary>
    public bool WantsToEnd => _own.IsCancellationRequested;

    /// <summary>Whether all of them end.</summary>
    public bool IsCancelled
    {
        set
        {
            if (value)
            {
                _all.Cancel();
            }
        }
    }

    public void Dispose() => _all.Dispose();
}
