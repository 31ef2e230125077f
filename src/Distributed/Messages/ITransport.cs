using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers.Distributed;

/// <summary>What carries messages between processes. Called by one thread at a time; nothing waits.</summary>
internal interface ITransport
{
    /// <summary>This process, from 0.</summary>
    int Rank { get; }

    /// <summary>How many there are.</summary>
    int Size { get; }

    /// <summary>Begins to send. What has the same receiver and tag arrives in this order.</summary>
    /// <exception cref="TransportException">It can't.</exception>
    void Send(int rank, int tag, PinnedBytes bytes, object owner, Action done);

    /// <summary>Begins to receive a message of just that length.</summary>
    /// <exception cref="TransportException">It can't.</exception>
    void Receive(int rank, int tag, PinnedBytes bytes, object owner, Action done);

    /// <summary>Calls what waits for messages that have been sent or received by now, and says whether there were any.</summary>
    /// <exception cref="TransportException">A message can't be carried.</exception>
    bool Poll();

    /// <summary>Messages that have begun and are not done, whether sent or received.</summary>
    int Pending { get; }

    /// <summary>Ends it, all messages of all processes having been carried.</summary>
    void Close();

    /// <summary>Leaves it as it is, with messages on their way that will never be done.</summary>
    void Abandon();
}

/// <summary>Messages can't be carried any more.</summary>
internal sealed class TransportException(string message) : Exception(message);
