using System.Globalization;
using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers.Distributed;

/// <content>Failures: this process's own, which the others are told, and theirs, by their names.</content>
internal sealed partial class MessageCommunicator
{
    private CommunicationException? _failure;

    public override void Fail(string reason)
    {
        lock (_gate)
        {
            if (_failure is not null || _isDone)
            {
                return;
            }

            _failure = Failure(Rank, reason);
            Say(ControlKind.Failed, Rank, reason);
        }
    }

    /// <summary>Tells the others that this process ends, where it has not disposed of its communicator before.</summary>
    /// <returns>Whether that is so.</returns>
    public bool Leave()
    {
        // Whatever another thread is at: the process ends.
        if (!Monitor.TryEnter(_gate, Farewell))
        {
            return true;
        }

        try
        {
            bool leaves = !_isDisposed;
            if (leaves)
            {
                Fail("it ended before its communicator was disposed of");
            }

            return leaves;
        }
        finally
        {
            Monitor.Exit(_gate);
        }
    }

    private string Name(int rank) => _peers[rank].Name is { Length: > 0 } name ? $"rank {rank} of {Size} ({name})" : $"rank {rank} of {Size}";

    private CommunicationException Failure(int rank, string reason) => new($"{Capital(Name(rank))} has failed: {reason}") { Rank = rank };

    private CommunicationException Loss(int rank) => new(string.Create(
        CultureInfo.InvariantCulture,
        $"{Capital(Name(rank))} has not been heard of for {_timeout.TotalSeconds:0.#} s: its process or its machine has ended, or the network to it. Start all processes again; where CheckpointPath is set, training goes on from the last checkpoint."))
    {
        Rank = rank,
    };

    private static string Capital(string text) => char.ToUpperInvariant(text[0]) + text[1..];

    /// <summary>What the transport can't do any more is a failure of this process, of which the others can't be told.</summary>
    private void Break(TransportException error) => _failure ??= new CommunicationException($"{Capital(Name(Rank))} can't reach the others: {error.Message}") { Rank = Rank };

    private void ThrowIfFailed()
    {
        if (_failure is not null)
        {
            // Each its own, with its own stack.
            throw new CommunicationException(_failure.Message) { Rank = _failure.Rank };
        }
    }
}
