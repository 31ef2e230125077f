namespace MLNet.GradientTrainers.Kernels.Tests;

[TestClass]
public sealed class ThreadTeamTests
{
    [TestMethod]
    [DataRow(1)]
    [DataRow(2)]
    [DataRow(7)]
    public void RunsEveryPartOnce(int size)
    {
        using ThreadTeam team = new(size);
        for (int parts = 1; parts <= size; parts++)
        {
            for (int round = 0; round < 200; round++)
            {
                CountingJob job = new(new int[size]);
                team.Run(ref job, parts);
                for (int i = 0; i < size; i++)
                {
                    Assert.AreEqual(i < parts ? 1 : 0, job.Runs[i]);
                }
            }
        }
    }

    [TestMethod]
    public void RunsOnSeveralThreadsAndTheCaller()
    {
        using ThreadTeam team = new(3);
        MeetingJob job = new(new Barrier(3), new int[3]);
        team.Run(ref job, 3);
        Assert.AreEqual(Environment.CurrentManagedThreadId, job.Threads[0]);
        Assert.HasCount(3, job.Threads.Distinct());
    }

    [TestMethod]
    [DataRow(0)]
    [DataRow(2)]
    public void GivesTheCallerAnErrorAndWorksOn(int failing)
    {
        using ThreadTeam team = new(3);
        for (int round = 0; round < 3; round++)
        {
            FailingJob job = new(failing, new int[3]);
            InvalidOperationException e = Assert.ThrowsExactly<InvalidOperationException>(() => Run(team, ref job));
            Assert.AreEqual($"part {failing}", e.Message);
            Assert.AreEqual(3, job.Ended.Sum(), "All parts must have ended before the caller goes on.");
        }

        CountingJob next = new(new int[3]);
        team.Run(ref next, 3);
        CollectionAssert.AreEqual(new[] { 1, 1, 1 }, next.Runs);
    }

    [TestMethod]
    public void WakesThreadsThatWentToSleep()
    {
        using ThreadTeam team = new(2);
        for (int round = 0; round < 5; round++)
        {
            Thread.Sleep(20);
            CountingJob job = new(new int[2]);
            team.Run(ref job, 2);
            CollectionAssert.AreEqual(new[] { 1, 1 }, job.Runs);
        }
    }

    [TestMethod]
    public void EndsItsThreadsAndRefusesWork()
    {
        ThreadTeam team = new(2);
        Thread?[] worker = new Thread?[2];
        ThreadJob job = new(worker);
        team.Run(ref job, 2);
        Assert.IsTrue(worker[1]!.IsBackground);
        team.Dispose();
        team.Dispose();
        Assert.IsTrue(worker[1]!.Join(10_000));
        Assert.ThrowsExactly<ObjectDisposedException>(() => Run(team, ref job));
    }

    [TestMethod]
    public void EndsItsThreadsWhenItIsForgotten()
    {
        Thread worker = Forget();
        for (int i = 0; i < 100 && worker.IsAlive; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
            worker.Join(100);
        }

        Assert.IsFalse(worker.IsAlive);
    }

    [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.NoInlining)]
    private static Thread Forget()
    {
        Thread?[] workers = new Thread?[2];
        ThreadJob job = new(workers);
        new ThreadTeam(2).Run(ref job, 2);
        return workers[1]!;
    }

    // A local of the caller can't be used by reference inside a lambda.
    private static void Run<TJob>(ThreadTeam team, ref TJob job)
        where TJob : struct, ITeamJob => team.Run(ref job, 3 > team.Size ? team.Size : 3);

    private readonly struct CountingJob(int[] runs) : ITeamJob
    {
        public int[] Runs => runs;

        public void Run(int part, int parts) => Interlocked.Increment(ref runs[part]);
    }

    private readonly struct MeetingJob(Barrier barrier, int[] threads) : ITeamJob
    {
        public int[] Threads => threads;

        public void Run(int part, int parts)
        {
            threads[part] = Environment.CurrentManagedThreadId;
            Assert.IsTrue(barrier.SignalAndWait(10_000));
        }
    }

    private readonly struct FailingJob(int failing, int[] ended) : ITeamJob
    {
        public int[] Ended => ended;

        public void Run(int part, int parts)
        {
            if (part == failing)
            {
                ended[part] = 1;
                throw new InvalidOperationException($"part {part}");
            }

            Thread.Sleep(20);
            ended[part] = 1;
        }
    }

    private readonly struct ThreadJob(Thread?[] threads) : ITeamJob
    {
        public void Run(int part, int parts) => threads[part] = Thread.CurrentThread;
    }
}
