using System.Diagnostics;
using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers.Distributed;

/// <content>The signs that processes give of themselves: that they are there, have failed or are done; and who is missed.</content>
internal sealed partial class MessageCommunicator
{
    private const int ControlTag = 0;

    /// <summary>Times that a process says that it is there before it would be missed.</summary>
    private const int Beats = 8;

    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(1);

    private int _saying;
    private long _lastBeat;
    private long _lastLook;
    private bool _isBeatSent = true;

    /// <summary>The process that this one listens for.</summary>
    private Peer Before => _peers[(Rank + Size - 1) % Size];

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
}
