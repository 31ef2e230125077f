using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers.Distributed;

/// <summary>Carries messages between threads of one process: the receiver copies them out of the sender's memory.</summary>
internal sealed class InProcessTransport : ITransport
{
    private readonly Mailbox[] _mailboxes;
    private readonly List<Letter> _sent = [];
    private readonly List<Letter> _come = [];
    private readonly List<(int Rank, int Tag, PinnedBytes Bytes, object Owner, Action Done)> _awaited = [];

    private InProcessTransport(Mailbox[] mailboxes, int rank) => (_mailboxes, Rank) = (mailboxes, rank);

    public int Rank { get; }

    public int Size => _mailboxes.Length;

    public int Pending => _sent.Count + _awaited.Count;

    /// <summary>Transports between so many.</summary>
    public static InProcessTransport[] Make(int size)
    {
        Mailbox[] mailboxes = [.. Enumerable.Range(0, size).Select(_ => new Mailbox())];
        return [.. Enumerable.Range(0, size).Select(rank => new InProcessTransport(mailboxes, rank))];
    }

    public void Send(int rank, int tag, PinnedBytes bytes, object owner, Action done)
    {
        Letter letter = new(Rank, tag, bytes, owner, done);
        _sent.Add(letter);
        _mailboxes[rank].Put(letter);
    }

    public void Receive(int rank, int tag, PinnedBytes bytes, object owner, Action done) => _awaited.Add((rank, tag, bytes, owner, done));

    public bool Poll()
    {
        bool moved = false;
        for (int i = 0; i < _sent.Count; i++)
        {
            if (_sent[i].IsTaken)
            {
                Action done = _sent[i].Done;
                _sent.RemoveAt(i--);
                moved = true;
                done();
            }
        }

        // Only those that are there by now: else one that comes meanwhile could be taken by who awaits the next one. What is done may await more, behind the others.
        _mailboxes[Rank].Empty(_come);
        for (int i = 0; i < _awaited.Count; i++)
        {
            var (rank, tag, bytes, _, done) = _awaited[i];
            int place = _come.FindIndex(letter => letter.From == rank && letter.Tag == tag);
            if (place >= 0)
            {
                Letter letter = _come[place];
                _come.RemoveAt(place);
                Copy(letter.Bytes, bytes);
                letter.IsTaken = true;
                _awaited.RemoveAt(i--);
                moved = true;
                done();
            }
        }

        return moved;
    }

    public void Close()
    {
    }

    public void Abandon()
    {
    }

    private static unsafe void Copy(PinnedBytes from, PinnedBytes to)
    {
        if (from.Length != to.Length)
        {
            throw new TransportException($"a message of {from.Length} bytes came where {to.Length} were awaited");
        }

        new ReadOnlySpan<byte>((void*)from.Address, from.Length).CopyTo(new Span<byte>((void*)to.Address, to.Length));
    }

    /// <summary>What is on its way to one of them, in the order of sending.</summary>
    private sealed class Mailbox
    {
        private readonly List<Letter> _letters = [];

        public void Put(Letter letter)
        {
            lock (_letters)
            {
                _letters.Add(letter);
            }
        }

        public void Empty(List<Letter> into)
        {
            lock (_letters)
            {
                into.AddRange(_letters);
                _letters.Clear();
            }
        }
    }

    private sealed class Letter(int from, int tag, PinnedBytes bytes, object owner, Action done)
    {
        private volatile bool _isTaken;

        public int From => from;

        public int Tag => tag;

        public PinnedBytes Bytes => bytes;

        /// <summary>Keeps the memory alive where the sender has gone.</summary>
        public object Owner => owner;

        public Action Done => done;

        public bool IsTaken
        {
            get => _isTaken;
            set => _isTaken = value;
        }
    }
}
