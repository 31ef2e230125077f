namespace MLNet.GradientTrainers.Kernels;

/// <summary>
/// A run that processes share: who they are, and when it ends early. A process that is cancelled says so with its next batch, and all of them, that one too, end after the same batch; between two batches nobody looks at a
/// token that the others do not know.
/// </summary>
internal sealed class SharedRun : IDisposable
{
    private const int WishTag = 6;

    private readonly CancellationToken _own;
    private readonly CancellationTokenSource _all = new();
    private readonly PartSwap _swap;
    private double[] _wishes = [];
    private int[] _starts = [];

    /// <param name="communicator">The processes.</param>
    /// <param name="own">What ends this one.</param>
    public SharedRun(Communicator communicator, CancellationToken own) => (Communicator, _own, _swap) = (communicator, own, new PartSwap(communicator, WishTag));

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

    /// <summary>Asks all processes, which must all ask, whether one of them is to end early.</summary>
    /// <exception cref="CommunicationException">Another process has failed, ended or fallen silent.</exception>
    public void Ask()
    {
        if (_wishes.Length == 0)
        {
            _wishes = GC.AllocateUninitializedArray<double>(Size, pinned: true);
            _starts = [.. Enumerable.Range(0, Size + 1)];
        }

        _wishes[Rank] = WantsToEnd ? 1 : 0;
        _swap.Run(_wishes, _starts);
        IsCancelled = Array.Exists(_wishes, wish => wish != 0);
    }

    public void Dispose() => _all.Dispose();
}
