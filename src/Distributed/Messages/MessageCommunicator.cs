using System.Diagnostics;
using System.Globalization;
using System.Text;
using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers.Distributed;

/// <summary>
/// A communicator over anything that carries messages. A thread of its own keeps messages going while the training computes, tells the next process that this one is there, and notices when the one before falls silent; whoever
/// waits keeps them going itself, which is faster.
/// </summary>
internal sealed class MessageCommunicator : Communicator
{
    private const int ControlTag = 0;
    private const int HeadTag = 3;
    private const int BodyTag = 4;
    private const int LargestBody = 1 << 30;

    /// <summary>Looks without a result after which a waiting thread gives others their turn, and those after which it sleeps.</summary>
    private const int Eager = 20;
    private const int Patient = 4000;

    /// <summary>Times that a process says that it is there before it would be missed.</summary>
    private const int Beats = 8;

    private static readonly TimeSpan Busy = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan Idle = TimeSpan.FromMilliseconds(20);

    /// <summary>How long what a process has sent before its end may be on its way.</summary>
    private static readonly TimeSpan Parting = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(1);

    private readonly object _gate = new();
    private readonly ITransport _transport;
    private readonly TimeSpan _timeout;
    private readonly Peer[] _peers;
    private readonly Thread _heart;
    private readonly ManualResetEventSlim _stop = new();
    private int _saying;
    private long _number;
    private long _bytesSent;
    private long _lastBeat;
    private long _lastLook;
    private bool _isBeatSent = true;
    private volatile bool _isBusy;
    private bool _isDone;
    private bool _isDisposed;
    private CommunicationException? _failure;

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

    /// <summary>The process that this one listens for.</summary>
    private Peer Before => _peers[(Rank + Size - 1) % Size];

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

    private string Name(int rank) => _peers[rank].Name is { Length: > 0 } name ? $"rank {rank} of {Size} ({name})" : $"rank {rank} of {Size}";

    private CommunicationException Failure(int rank, string reason) => new($"{Capital(Name(rank))} has failed: {reason}") { Rank = rank };

    private CommunicationException Loss(int rank) => new(string.Create(
        CultureInfo.InvariantCulture,
        $"{Capital(Name(rank))} has not been heard of for {_timeout.TotalSeconds:0.#} s: its process or its machine has ended, or the network to it. Start all processes again; where CheckpointPath is set, training goes on from the last checkpoint."))
    {
        Rank = rank,
    };

    private static string Capital(string text) => char.ToUpperInvariant(text[0]) + text[1..];

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

    /// <summary>Keeps messages going, tells that this process is there, and notices who is not.</summary>
    private void Beat()
    {
        while (!_stop.Wait(_isBusy ? Busy : Idle))
        {
            lock (_gate)
            {
                Poll();
                long now = Stopwatch.GetTimestamp();
                TimeSpan sinceLook = Stopwatch.GetElapsedTime(_lastLook, now);
                _lastLook = now;
                if (Size == 1 || _failure is not null)
                {
                    continue;
                }

                if (_isBeatSent && !_isDone && Stopwatch.GetElapsedTime(_lastBeat, now) > _timeout / Beats)
                {
                    (_isBeatSent, _lastBeat) = (false, now);
                    SayTo(_peers[(Rank + 1) % Size], ControlKind.Alive, Rank, "", () => _isBeatSent = true);
                }

                // A process that has been stopped itself can't tell how long others were silent.
                if (sinceLook > _timeout / 2)
                {
                    Before.Heard = now;
                }

                if (!Before.IsDone && Stopwatch.GetElapsedTime(Before.Heard, now) > _timeout)
                {
                    _failure = Loss(Before.Rank);
                    Say(ControlKind.Lost, Before.Rank, "");
                }
            }
        }
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

    private void Listen(Peer peer)
    {
        try
        {
            _transport.Receive(peer.Rank, ControlTag, PinnedBytes.Of(peer.Control, 0, peer.Control.Length), peer.Control, peer.Hear);
        }
        catch (TransportException error)
        {
            Break(error);
        }
    }

    private void Hear(Peer peer)
    {
        peer.Heard = Stopwatch.GetTimestamp();
        (ControlKind kind, int rank, string text) = ControlMessage.Read(peer.Control);
        switch (kind)
        {
            case ControlKind.Failed:
                _failure ??= Failure(peer.Rank, text);
                break;
            case ControlKind.Lost when (uint)rank < (uint)Size && rank != Rank:
                _failure ??= Loss(rank);
                break;
            case ControlKind.Lost:
                _failure ??= new CommunicationException($"{Capital(Name(peer.Rank))} has not heard of this process, {Name(Rank)}, for too long, and has gone on without it: it was stopped, or the network between them.") { Rank = Rank };
                break;
            case ControlKind.Done:
                peer.IsDone = true;
                return;
        }

        Listen(peer);
    }

    /// <summary>Tells all others something, and waits a moment so that it has left when the process ends.</summary>
    private void Say(ControlKind kind, int rank, string text, bool wait = true)
    {
        foreach (Peer peer in Others)
        {
            // Who is lost may still be there, but nobody waits for it.
            bool isLost = kind == ControlKind.Lost && peer.Rank == rank;
            _saying += isLost ? 0 : 1;
            SayTo(peer, kind, rank, text, isLost ? () => { } : () => _saying--);
        }

        long started = Stopwatch.GetTimestamp();
        while (wait && _saying > 0 && Stopwatch.GetElapsedTime(started) < Farewell)
        {
            if (!Poll())
            {
                Thread.Sleep(Busy);
            }
        }
    }

    private void SayTo(Peer peer, ControlKind kind, int rank, string text, Action done)
    {
        byte[] bytes = Pinned(ControlMessage.Length);
        ControlMessage.Write(bytes, kind, rank, text);
        try
        {
            _transport.Send(peer.Rank, ControlTag, PinnedBytes.Of(bytes, 0, bytes.Length), bytes, done);
        }
        catch (TransportException error)
        {
            Break(error);
        }
    }

    /// <summary>Another process, as far as it is known.</summary>
    private sealed class Peer(int rank)
    {
        public int Rank { get; } = rank;

        public string Name { get; set; } = "";

        public byte[] Control { get; } = Pinned(ControlMessage.Length);

        /// <summary>Takes what it has said.</summary>
        public Action Hear { get; set; } = () => { };

        public long Heard { get; set; } = Stopwatch.GetTimestamp();

        /// <summary>Whether it has said that it sends no more.</summary>
        public bool IsDone { get; set; }
    }
}
