using System.Runtime.CompilerServices;
using MLNet.GradientTrainers.TestSupport;

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
        foreach (int parts in (int[])[1, 2, 3, 7, 50, ThreadTeam.MaxParts])
        {
            for (int round = 0; round < 100_000 / parts; round += 10)
            {
                CountingJob job = new(new int[parts]);
                team.Run(ref job, parts);
                Assert.IsTrue(job.Runs.All(runs => runs == 1));
            }
        }
    }

    [TestMethod]
    public void RunsOnSeveralThreadsAndTheCaller()
    {
        using ThreadTeam team = new(3);
        MeetingJob job = new(new Barrier(3), new Thread?[3]);
        team.Run(ref job, 3);
        Assert.HasCount(3, job.Threads.Distinct());
        CollectionAssert.Contains(job.Threads, Thread.CurrentThread);
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
        MeetingJob job = new(new Barrier(2), new Thread?[2]);
        team.Run(ref job, 2);
        Thread worker = job.Threads.Single(thread => thread != Thread.CurrentThread)!;
        Assert.IsTrue(worker.IsBackground);
        team.Dispose();
        team.Dispose();
        Assert.IsTrue(worker.Join(10_000));
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

    [TestMethod]
    [DataRow(-1, nameof(ThreadInterruptedException), false, DisplayName = "The interrupt is thrown when all parts have ended")]
    [DataRow(2, nameof(InvalidOperationException), true, DisplayName = "An error goes first, and the interrupt is kept")]
    public void AnInterruptOfTheCallerWaitsForAllParts(int failing, string exception, bool keptInterrupt)
    {
        string? after = null;
        string outcome = Interrupts.Outcome(() =>
        {
            using ThreadTeam team = new(3);
            LateParts late = new();
            LateJob job = new(late, failing);
            Thread.CurrentThread.Interrupt();
            try
            {
                team.Run(ref job, 3);
            }
            finally
            {
                after = $"{late.Ended} of 3 parts, {(IsInterrupted() ? "still interrupted" : "not interrupted")}";
                CountingJob next = new(new int[3]);
                team.Run(ref next, 3);
                Assert.IsTrue(next.Runs.All(runs => runs == 1));
            }
        });
        Assert.AreEqual(exception, outcome);
        Assert.AreEqual($"3 of 3 parts, {(keptInterrupt ? "still interrupted" : "not interrupted")}", after);
    }

    /// <summary>In a process of its own: before, the runtime ended it.</summary>
    [TestMethod]
    public void ThreadsBeyondReasonAreFewer() =>
        CollectionAssert.AreEqual(
            new[] { $"SIMD (Vector{SimdBackend.WidestVector}, {ThreadTeam.LargestSize} threads)", "2 · 3 is 6", "a line in 2 epochs" },
            ChildProcess.Run(ManyThreads.Command));

    [TestMethod]
    public void GoesOnWithHalfOfTheThreadsWhereTheSystemGivesNoMore()
    {
        foreach (Exception refusal in new Exception[] { new OutOfMemoryException(), (Exception)RuntimeHelpers.GetUninitializedObject(typeof(ThreadStartException)) })
        {
            foreach (int available in new[] { 0, 1, 2, 6 })
            {
                List<Thread> started = [];
                using (ThreadTeam team = new(9, Start))
                {
                    Assert.AreEqual(1 + (available / 2), team.Size);
                    Assert.IsTrue(started.Skip(available / 2).All(thread => thread.Join(10_000)), "A thread stays that is not of the team.");
                    Assert.IsTrue(started.Take(available / 2).All(thread => thread.IsAlive));
                    CountingJob job = new(new int[50]);
                    team.Run(ref job, 50);
                    Assert.IsTrue(job.Runs.All(runs => runs == 1));
                }

                Assert.HasCount(available, started);
                Assert.IsTrue(started.All(thread => thread.Join(10_000)), "A thread outlives its team.");

                void Start(Thread thread)
                {
                    if (started.Count == available)
                    {
                        throw refusal;
                    }

                    thread.Start();
                    started.Add(thread);
                }
            }
        }
    }

    [TestMethod]
    public void AnotherErrorAtTheStartEndsTheThreadsThatAreThere()
    {
        List<Thread> started = [];
        Assert.ThrowsExactly<ThreadInterruptedException>(() => new ThreadTeam(5, Start));
        Assert.HasCount(2, started);
        Assert.IsTrue(started.All(thread => thread.Join(10_000)));

        void Start(Thread thread)
        {
            if (started.Count == 2)
            {
                throw new ThreadInterruptedException();
            }

            thread.Start();
            started.Add(thread);
        }
    }

    [TestMethod]
    public void SizeFollowsTheProcessors()
    {
        Assert.AreEqual(Environment.ProcessorCount, ThreadTeam.SizeFor(0));
        Assert.AreEqual(3, ThreadTeam.SizeFor(3));
        Assert.AreEqual(ThreadTeam.LargestSize, ThreadTeam.SizeFor(int.MaxValue));
        Assert.IsTrue(ThreadTeam.LargestSize >= 4 * Environment.ProcessorCount);
    }

    [TestMethod]
    public void RefusesASecondCallerWhileItIsAtWork()
    {
        using ThreadTeam team = new(3);
        NestedJob job = new(team);
        StringAssert.Contains(Assert.ThrowsExactly<InvalidOperationException>(() => Run(team, ref job)).Message, "in the middle of another operation");
        CountingJob next = new(new int[3]);
        team.Run(ref next, 3);
        CollectionAssert.AreEqual(new[] { 1, 1, 1 }, next.Runs);
    }

    /// <summary>In a process of its own: before, threads of the team wrote into memory that their caller had given back, or ended the process.</summary>
    [TestMethod]
    public void InterruptsEndNeitherTheProcessNorTheTeam() =>
        CollectionAssert.AreEqual(
            new[] { $"training thread: {nameof(ThreadInterruptedException)}", "team's thread: none" },
            ChildProcess.Run(Interrupts.Command));

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static Thread Forget()
    {
        MeetingJob job = new(new Barrier(2), new Thread?[2]);
        new ThreadTeam(2).Run(ref job, 2);
        return job.Threads.Single(thread => thread != Thread.CurrentThread)!;
    }

    // A local of the caller can't be used by reference inside a lambda.
    private static void Run<TJob>(ThreadTeam team, ref TJob job)
        where TJob : struct, ITeamJob => team.Run(ref job, 3);

    private readonly struct CountingJob(int[] runs) : ITeamJob
    {
        public int[] Runs => runs;

        public void Run(int part, int parts) => Interlocked.Increment(ref runs[part]);
    }

    /// <summary>Every part waits for all others, so that each has a thread of its own.</summary>
    private readonly struct MeetingJob(Barrier barrier, Thread?[] threads) : ITeamJob
    {
        public Thread?[] Threads => threads;

        public void Run(int part, int parts)
        {
            threads[part] = Thread.CurrentThread;
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

    private static bool IsInterrupted()
    {
        try
        {
            Thread.Sleep(1);
            return false;
        }
        catch (ThreadInterruptedException)
        {
            return true;
        }
    }

    /// <summary>Of three parts one may fail at its end.</summary>
    private readonly struct LateJob(LateParts late, int failing) : ITeamJob
    {
        public void Run(int part, int parts)
        {
            late.Run();
            if (part == failing)
            {
                throw new InvalidOperationException($"part {part}");
            }
        }
    }

    private readonly struct NestedJob(ThreadTeam team) : ITeamJob
    {
        public void Run(int part, int parts)
        {
            CountingJob inner = new(new int[2]);
            team.Run(ref inner, 2);
        }
    }
}
