namespace MLNet.GradientTrainers.Kernels;

/// <summary>Numbers of which each process has a part, told to all of them.</summary>
/// <param name="communicator">The processes.</param>
/// <param name="tag">Tells these messages apart from others that are on their way at the same time.</param>
internal sealed class PartSwap(Communicator communicator, int tag)
{
    private Action? _done;
    private int _outstanding;

    /// <summary>Whether all has been told and heard that was begun.</summary>
    public bool IsDone => Volatile.Read(ref _outstanding) == 0;

    /// <summary>Begins to tell the others this process's part, and to receive theirs.</summary>
    /// <param name="values">All of the numbers, pinned.</param>
    /// <param name="starts">Where each process's part starts, and behind them where the last one ends.</param>
    public void Begin(double[] values, int[] starts)
    {
        (int rank, int size) = (communicator.Rank, communicator.Size);
        Action done = _done ??= () => Interlocked.Decrement(ref _outstanding);
        for (int step = 1; step < size; step++)
        {
            int from = (rank + size - step) % size;
            if (starts[from + 1] > starts[from])
            {
                Interlocked.Increment(ref _outstanding);
                communicator.Receive(from, tag, PinnedBytes.Of(values, starts[from], starts[from + 1] - starts[from]), values, done);
            }

            if (starts[rank + 1] > starts[rank])
            {
                Interlocked.Increment(ref _outstanding);
                communicator.Send((rank + step) % size, tag, PinnedBytes.Of(values, starts[rank], starts[rank + 1] - starts[rank]), values, done);
            }
        }
    }

    /// <summary>The same, and waits for the end of it.</summary>
    public void Run(double[] values, int[] starts)
    {
        Begin(values, starts);
        communicator.WaitFor(() => IsDone);
    }
}
