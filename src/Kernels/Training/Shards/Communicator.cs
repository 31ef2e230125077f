namespace MLNet.GradientTrainers.Kernels;

/// <summary>
/// Processes that train one network together, as one of them sees it: who it is, how many they are, and what they tell each other. The package MLNet.GradientTrainers.Distributed has those of MPI and of the threads of one
/// process.
/// </summary>
/// <remarks>
/// All processes do the same in the same order; what one alone does ends all with a <see cref="CommunicationException"/>. One that fails tells the others, so that none waits in vain. One thread at a time trains by a
/// communicator; after a failure it is of no more use.
/// </remarks>
public abstract class Communicator : IDisposable
{
    internal Communicator()
    {
    }

    /// <summary>This process, from 0. The one of rank 0 writes and reports.</summary>
    public abstract int Rank { get; }

    /// <summary>How many there are.</summary>
    public abstract int Size { get; }

    /// <summary>Bytes that this process has sent to the others, without what the network adds.</summary>
    public abstract long BytesSent { get; }

    /// <summary>The bytes that every process gives, in the order of their ranks, told to all.</summary>
    /// <param name="purpose">What they are for, in a word or two: processes that are at different places in their work find out by it.</param>
    /// <param name="own">What this process gives, of any length up to 2³⁰ bytes.</param>
    /// <exception cref="CommunicationException">Another process has failed, ended or fallen silent, or gives something for another purpose.</exception>
    public abstract IReadOnlyList<byte[]> AllGather(string purpose, ReadOnlySpan<byte> own);

    /// <summary>Tells all other processes that this one can't go on, so that they end, too; of several calls the first one counts.</summary>
    /// <param name="reason">Why, in a sentence or two.</param>
    public abstract void Fail(string reason);

    /// <inheritdoc/>
    public abstract void Dispose();

    /// <summary>Sends memory to another process. It must stay where it is, and as it is, until <paramref name="done"/> is called.</summary>
    /// <param name="rank">Another process.</param>
    /// <param name="tag">Tells apart what is on its way at the same time; what has the same tag arrives in the order in which it was sent.</param>
    /// <param name="bytes">Pinned memory.</param>
    /// <param name="owner">What keeps the memory alive.</param>
    /// <param name="done">Called when the memory may be used again, by a thread that may be any, but by one at a time; never after a failure, of which <see cref="WaitFor"/> tells.</param>
    internal abstract void Send(int rank, int tag, PinnedBytes bytes, object owner, Action done);

    /// <summary>Receives what another process sends by <see cref="Send"/>, of just that length.</summary>
    /// <inheritdoc cref="Send"/>
    internal abstract void Receive(int rank, int tag, PinnedBytes bytes, object owner, Action done);

    /// <summary>Lets what is on its way go on, if it needs somebody for that; returns at once.</summary>
    internal abstract void Progress();

    /// <summary>Waits until something is so; looked at after everything that is done.</summary>
    /// <exception cref="CommunicationException">Another process has failed, ended or fallen silent.</exception>
    internal abstract void WaitFor(Func<bool> isSo);
}

/// <summary>Memory that the garbage collector does not move.</summary>
/// <param name="Address">Its first byte.</param>
/// <param name="Length">How many there are.</param>
internal readonly record struct PinnedBytes(nint Address, int Length)
{
    /// <summary>Some elements of an array that was allocated pinned.</summary>
    public static unsafe PinnedBytes Of<T>(T[] pinned, int start, int length)
        where T : unmanaged
    {
        ReadOnlySpan<T> checkedRange = pinned.AsSpan(start, length);
        return checkedRange.IsEmpty ? default : new((nint)System.Runtime.CompilerServices.Unsafe.AsPointer(ref pinned[start]), checked(length * sizeof(T)));
    }
}
