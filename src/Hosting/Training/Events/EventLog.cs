using System.Runtime.CompilerServices;

namespace MLNet.GradientTrainers.Hosting;

/// <summary>Events in their order, for any number of readers, each at its own pace; a slow one costs no memory. When it is full, every second epoch is left out, and the oldest events where that is not enough.</summary>
/// <param name="capacity">Events that are kept.</param>
internal sealed class EventLog(int capacity)
{
    public const int RunCapacity = 4096;
    public const int AllCapacity = 16384;

    private readonly Lock _lock = new();
    private readonly List<TrainingEvent> _events = [];
    private readonly ChangeSignal _changed = new();
    private bool _isComplete;

    /// <summary>The sequence number of the last event; 0 before the first.</summary>
    public long Last
    {
        get
        {
            lock (_lock)
            {
                return _events.Count == 0 ? 0 : _events[^1].Sequence;
            }
        }
    }

    public void Add(TrainingEvent added)
    {
        lock (_lock)
        {
            if (_events.Count >= capacity)
            {
                Thin();
            }

            _events.Add(added);
            _changed.Tell();
        }
    }

    /// <summary>Ends the readers when they have read all.</summary>
    public void Complete()
    {
        lock (_lock)
        {
            _isComplete = true;
            _changed.Tell();
        }
    }

    public async IAsyncEnumerable<TrainingEvent> ReadAsync(long after, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            TrainingEvent[] read;
            Task changed;
            bool isComplete;
            lock (_lock)
            {
                read = [.. _events.Skip(After(after))];
                changed = _changed.Next;
                isComplete = _isComplete;
            }

            foreach (var one in read)
            {
                yield return one;
                after = one.Sequence;
            }

            if (isComplete)
            {
                yield break;
            }

            await changed.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>The index of the first event behind a sequence number.</summary>
    private int After(long sequence)
    {
        int low = 0;
        int high = _events.Count;
        while (low < high)
        {
            int middle = (low + high) / 2;
            (low, high) = _events[middle].Sequence > sequence ? (low, middle) : (middle + 1, high);
        }

        return low;
    }

    private void Thin()
    {
        int epochs = 0;
        _events.RemoveAll(kept => kept is TrainingEpoch && epochs++ % 2 == 1);
        int most = capacity * 3 / 4;
        if (_events.Count > most)
        {
            _events.RemoveRange(0, _events.Count - most);
        }
    }
}
