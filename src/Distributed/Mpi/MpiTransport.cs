using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers.Distributed;

/// <summary>Carries messages by MPI.</summary>
internal sealed unsafe class MpiTransport(MpiLibrary library) : ITransport
{
    private const int FirstRoom = 64;

    /// <summary>Memory that the library may still write into, for as long as the process lives.</summary>
    private static readonly List<object> Abandoned = [];

    // What is on its way, without gaps: the library's handles, and beside them what is to be done.
    private byte[] _requests = GC.AllocateArray<byte>(FirstRoom * library.RequestSize, pinned: true);
    private int[] _done = GC.AllocateArray<int>(FirstRoom, pinned: true);
    private (object Owner, Action Done)[] _waiting = new (object, Action)[FirstRoom];
    private Action[] _finished = new Action[FirstRoom];
    private int _count;

    public int Rank => library.Rank;

    public int Size => library.Size;

    public int Pending => _count;

    public void Send(int rank, int tag, PinnedBytes bytes, object owner, Action done)
    {
        MakeRoom();
        library.Send((void*)bytes.Address, bytes.Length, rank, tag, Request(_count));
        _waiting[_count++] = (owner, done);
    }

    public void Receive(int rank, int tag, PinnedBytes bytes, object owner, Action done)
    {
        MakeRoom();
        library.Receive((void*)bytes.Address, bytes.Length, rank, tag, Request(_count));
        _waiting[_count++] = (owner, done);
    }

    public bool Poll()
    {
        if (_count == 0)
        {
            return false;
        }

        int found;
        fixed (int* done = _done)
        {
            found = library.TestSome(Request(0), _count, done);
        }

        if (found == 0)
        {
            return false;
        }

        // From the last one on, so that what fills a gap has been looked at. What is done may begin more.
        Array.Sort(_done, 0, found);
        for (int i = found - 1; i >= 0; i--)
        {
            int place = _done[i];
            _finished[i] = _waiting[place].Done;
            int last = --_count;
            _waiting[place] = _waiting[last];
            _waiting[last] = default;
            new ReadOnlySpan<byte>(Request(last), library.RequestSize).CopyTo(new Span<byte>(Request(place), library.RequestSize));
        }

        Action[] finished = _finished;
        for (int i = 0; i < found; i++)
        {
            finished[i]();
            finished[i] = null!;
        }

        return true;
    }

    public void Close() => library.End();

    public void Abandon()
    {
        lock (Abandoned)
        {
            Abandoned.Add(this);
        }
    }

    private void* Request(int place) => (byte*)System.Runtime.CompilerServices.Unsafe.AsPointer(ref _requests[0]) + (place * library.RequestSize);

    private void MakeRoom()
    {
        if (_count < _waiting.Length)
        {
            return;
        }

        byte[] requests = GC.AllocateArray<byte>(2 * _requests.Length, pinned: true);
        _requests.CopyTo(requests, 0);
        _requests = requests;
        _done = GC.AllocateArray<int>(2 * _done.Length, pinned: true);
        Array.Resize(ref _waiting, 2 * _waiting.Length);
        _finished = new Action[_waiting.Length];
    }
}
