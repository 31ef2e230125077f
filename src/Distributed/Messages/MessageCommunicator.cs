using System.Diagnostics;
using System.Text;
using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers.Distributed;

/// <summary>
/// A communicator over anything that carries messages. A thread of its own keeps messages going while the training computes, tells the next process that this one is there, and notices when the one before falls silent; whoever
/// waits keeps them going itself, which is faster.
/// </summary>
internal sealed partial class MessageCommunicator : Communicator
{
    private const int HeadTag = 3;
    private const int BodyTag = 4;
    private const int LargestBody = 1 << 30;

    /// <summary>Looks without a result after which a waiting thread gives others their turn, and those after which it sleeps.</summary>
    private const int Eager = 20;
    private const int Patient = 4000;

    private static readonly TimeSpan Busy = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan Idle = TimeSpan.FromMilliseconds(20);

    /// <summary>How long what a process has sent before its end may be on its way.</summary>
    private static readonly TimeSpan Parting = TimeSpan.FromSeconds(2);

    private readonly object _gate = new();
    private readonly ITransport _transport;
    private readonly TimeSpan _timeout;
    private readonly Peer[] _peers;
    private readonly Thread _heart;
    private readonly ManualResetEventSlim _stop = new();
    private long _number;
    private long _bytesSent;
    private volatile bool _isBusy;
    private bool _isDone;
    private bool _isDisposed;

    /// <summary>Takes over a transport.</summary>
    /// <param name="transport">What carries messages.</param>
    /// <param name="name">What this process goes by beside its rank, such as its machine.</param>
    /// <param name="timeout">How long a process may be silent before it counts as lost.</param>
    public MessageCommunicator(ITransport transport, string name, TimeSpan timeout)
    {
        (_transport, _timeout) = (transport, timeout);
        _lastLook = _lastBeat = Stopwatch.GetTimestamp();
        _peers = [.. Enumerable.Range(0, transport.Size).Select(rank => new Peer(rank))];
        lock (_gate)
        {
            foreach (Peer peer in Others)
            {
                peer.Hear = () => Hear(peer);
                Listen(peer);
            }
        }

        _heart = new Thread(Beat) { IsBackground = true, Name = $"Gradient trainers, messages of rank {transport.Rank}" };
        _heart.UnsafeStart();
        IReadOnlyList<byte[]> names = AllGather("the names of the processes", Encoding.UTF8.GetBytes(name));
        for (int rank = 0; rank < names.Count; rank++)
        {
            _peers[rank].Name = Encoding.UTF8.GetString(names[rank]);
        }
    }

    public override int Rank => _transport.Rank;

    public override int Size => _transport.Size;

    public override long BytesSent => Interlocked.Read(ref _bytesSent);

    private IEnumerable<Peer> Others => _peers.Where(peer => peer.Rank != Rank);

    public override IReadOnlyList<byte[]> AllGather(string purpose, ReadOnlySpan<byte> own)
    {
        ArgumentException.ThrowIfNullOrEmpty(purpose);
        if (own.Length > LargestBody)
        {
            throw new ArgumentException($"{own.Length:N0} bytes are too many to be told at once: at most {LargestBody:N0}.", nameof(own));
        }

        byte[][] heads = [.. _peers.Select(_ => Pinned(GatherHead.Length))];
        GatherHead.Write(heads[Rank], ++_number, own.Length, purpose);
        Swap(HeadTag, heads);
        (long Number, int Length, string Purpose)[] read = [.. heads.Select(head => GatherHead.Read(head))];
        for (int rank = 0; rank < Size; rank++)
        {
            if (read[rank].Number != _number || read[rank].Purpose != read[Rank].Purpose)
            {
                string problem = $"{Name(rank)} tells {read[rank].Purpose}, {Name(Rank)} {read[Rank].Purpose}: the processes do not do the same. Run the same program with the same options in all of them.";
                Fail(problem);
                throw new CommunicationException(problem) { Rank = rank };
            }
        }

        byte[][] bodies = [.. read.Select(head => Pinned(head.Length))];
        own.CopyTo(bodies[Rank]);
        Swap(BodyTag, bodies);
        return bodies;
    }

    public override void Dispose()
    {
        lock (_gate)
        {
            if (_isDisposed)
            {
                return;
            }

            _isDisposed = true;
            if (_failure is null)
            {
                _isDone = true;
                Say(ControlKind.Done, Rank, "", wait: false);
            }
        }

        // The others may still have work to do, for which this process need not be there; only its end has to wait for theirs.
        bool isClean = true;
        try
        {
            WaitFor(() => _saying == 0 && _isBeatSent && Others.All(peer => peer.IsDone));
        }
        catch (CommunicationException)
        {
            isClean = false;
        }

        _stop.Set();
        _heart.Join();
        lock (_gate)
        {
            if (isClean)
            {
                _transport.Close();
            }
            else
            {
                _transport.Abandon();
            }
        }

        _stop.Dispose();
    }

    internal override void Send(int rank, int tag, PinnedBytes bytes, object owner, Action done)
    {
        lock (_gate)
        {
            // After a failure nothing is sent any more; who waits for it learns of the failure.
            if (_failure is not null)
            {
                return;
            }

            try
            {
                _transport.Send(rank, tag, bytes, owner, done);
                _bytesSent += bytes.Length;
            }
            catch (TransportException error)
            {
                Break(error);
            }
        }
    }

    internal override void Receive(int rank, int tag, PinnedBytes bytes, object owner, Action done)
    {
        lock (_gate)
        {
            // After a failure nothing is sent any more; who waits for it learns of the failure.
            if (_failure is not null)
            {
                return;
            }

            try
            {
                _transport.Receive(rank, tag, bytes, owner, done);
            }
            catch (TransportException error)
            {
                Break(error);
            }
        }
    }

    internal override void Progress()
    {
        lock (_gate)
        {
            Poll();
        }
    }

    internal override void WaitFor(Func<bool> isSo)
    {
        long moves = Stopwatch.GetTimestamp();
        for (int looks = 0; ; looks++)
        {
            lock (_gate)
            {
                if (isSo())
                {
                    return;
                }

                bool moved = Poll();
                if (isSo())
                {
                    return;
                }

                if (moved)
                {
                    (looks, moves) = (0, Stopwatch.GetTimestamp());
                }
                else if (looks > Patient && !_isDone && Stopwatch.GetElapsedTime(moves) > Parting && Others.FirstOrDefault(peer => peer.IsDone) is { } gone)
                {
                    Fail($"it still had work to do when {Name(gone.Rank)} ended its own. Run the same program with the same options in all processes.");
                }

                ThrowIfFailed();
            }

            if (looks < Eager)
            {
                Thread.SpinWait(Eager);
            }
            else if (looks < Patient)
            {
                Thread.Yield();
            }
            else
            {
                Thread.Sleep(Busy);
            }
        }
    }

    private static byte[] Pinned(int length) => GC.AllocateUninitializedArray<byte>(length, pinned: true);

    private void Swap(int tag, byte[][] all)
    {
        int missing = 0;
        Action done = () => Interlocked.Decrement(ref missing);
        foreach (Peer peer in Others)
        {
            if (all[peer.Rank].Length > 0)
            {
                Interlocked.Increment(ref missing);
                Receive(peer.Rank, tag, PinnedBytes.Of(all[peer.Rank], 0, all[peer.Rank].Length), all[peer.Rank], done);
            }

            if (all[Rank].Length > 0)
            {
                Interlocked.Increment(ref missing);
                Send(peer.Rank, tag, PinnedBytes.Of(all[Rank], 0, all[Rank].Length), all[Rank], done);
            }
        }

        WaitFor(() => Volatile.Read(ref missing) == 0);
    }

    private bool Poll()
    {
        try
        {
            bool moved = _transport.Poll();

            // One for each process is always there: what it may say of itself.
            _isBusy = _transport.Pending > Size - 1;
            return moved;
        }
        catch (TransportException error)
        {
            Break(error);
            return false;
        }
    }
}
