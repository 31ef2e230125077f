using System.Globalization;
using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers.Distributed;

/// <summary>Communicators of threads of one process: to try and to test without MPI what many machines will do. The results have the same bits.</summary>
public static class InProcessCommunicator
{
    /// <summary>The time of <see cref="Run{TResult}"/>: threads of one process rarely fall silent.</summary>
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(30);

    /// <summary>Makes communicators that know each other, one for each thread.</summary>
    /// <param name="size">How many, at least 1.</param>
    /// <param name="timeout">How long one may be silent before it counts as lost; null for 30 seconds.</param>
    public static IReadOnlyList<Communicator> Create(int size, TimeSpan? timeout = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(size);
        InProcessTransport[] transports = InProcessTransport.Make(size);

        // Each tells the others its name before it is there.
        Communicator[] made = new Communicator[size];
        OnThreads(size, rank => made[rank] = new MessageCommunicator(transports[rank], string.Create(CultureInfo.InvariantCulture, $"thread {rank}"), timeout ?? Timeout));
        return made;
    }

    /// <summary>Does the same on so many threads, each with its communicator, and waits for all.</summary>
    /// <param name="size">How many, at least 1.</param>
    /// <param name="work">What each does.</param>
    /// <returns>What each came to, in the order of ranks.</returns>
    /// <exception cref="AggregateException">Some of them failed: their exceptions in the order of ranks.</exception>
    public static TResult[] Run<TResult>(int size, Func<Communicator, TResult> work)
    {
        ArgumentNullException.ThrowIfNull(work);
        IReadOnlyList<Communicator> communicators = Create(size);
        TResult[] results = new TResult[size];
        OnThreads(size, rank =>
        {
            using Communicator own = communicators[rank];
            try
            {
                results[rank] = work(own);
            }
            catch (Exception error) when (error is not (OperationCanceledException or DivergenceException))
            {
                // To these all come alike; or the others notice that this one has ended.
                own.Fail(error.Message);
                throw;
            }
        });
        return results;
    }

    private static void OnThreads(int size, Action<int> work)
    {
        Exception?[] errors = new Exception?[size];
        Thread[] threads = [.. Enumerable.Range(0, size).Select(rank => new Thread(() =>
        {
            try
            {
                work(rank);
            }
            catch (Exception error)
            {
                errors[rank] = error;
            }
        }) { IsBackground = true, Name = string.Create(CultureInfo.InvariantCulture, $"Gradient trainers, rank {rank}") })];
        Array.ForEach(threads, thread => thread.Start());
        Array.ForEach(threads, thread => thread.Join());
        if (Array.Exists(errors, error => error is not null))
        {
            throw new AggregateException(errors.OfType<Exception>());
        }
    }
}
