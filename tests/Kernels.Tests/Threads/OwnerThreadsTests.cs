namespace MLNet.GradientTrainers.Kernels.Tests;

/// <summary>Threads that each own a device: the same thread for the same index, errors in their order, and an end.</summary>
[TestClass]
public class OwnerThreadsTests
{
    [TestMethod]
    public void EachIndex_HasItsThread()
    {
        using OwnerThreads threads = new(4);
        int[] first = new int[4];
        threads.Run(index => first[index] = Environment.CurrentManagedThreadId);
        Assert.AreEqual(Environment.CurrentManagedThreadId, first[0], "the caller is the first one");
        Assert.HasCount(4, first.Distinct());
        for (int i = 0; i < 50; i++)
        {
            int[] next = new int[4];
            threads.Run(index => next[index] = Environment.CurrentManagedThreadId);
            CollectionAssert.AreEqual(first, next);
        }
    }

    [TestMethod]
    public void TheFirstOfSeveralErrors_IsThrown_AfterAllHaveEnded()
    {
        using OwnerThreads threads = new(4);
        int ended = 0;
        for (int i = 0; i < 20; i++)
        {
            ended = 0;
            ArgumentException error = Assert.ThrowsExactly<ArgumentException>(() => threads.Run(index =>
            {
                if (index == 1)
                {
                    Thread.Sleep(2);
                }

                Interlocked.Increment(ref ended);
                throw new ArgumentException(index is 1 or 2 or 3 ? $"{index}" : "caller");
            }));
            Assert.AreEqual("caller", error.Message);
            Assert.AreEqual(4, ended);
            error = Assert.ThrowsExactly<ArgumentException>(() => threads.Run(index =>
            {
                if (index > 1)
                {
                    throw new ArgumentException($"{index}");
                }
            }));
            Assert.AreEqual("2", error.Message);
        }

        threads.Run(_ => Interlocked.Increment(ref ended));
        Assert.AreEqual(8, ended, "errors are told once");
    }

    [TestMethod]
    public void AnInterrupt_WaitsForTheOthers()
    {
        using OwnerThreads threads = new(2);
        Thread caller = Thread.CurrentThread;
        bool ended = false;
        Assert.ThrowsExactly<ThreadInterruptedException>(() => threads.Run(index =>
        {
            if (index == 1)
            {
                while ((caller.ThreadState & ThreadState.WaitSleepJoin) == 0)
                {
                    Thread.Sleep(1);
                }

                caller.Interrupt();
                Thread.Sleep(20);
                ended = true;
            }
        }));
        Assert.IsTrue(ended);
    }

    [TestMethod]
    public void Dispose_EndsTheThreads()
    {
        Thread[] all = new Thread[3];
        using (OwnerThreads threads = new(3))
        {
            threads.Run(index => all[index] = Thread.CurrentThread);
        }

        Assert.IsTrue(all[1].Join(TimeSpan.FromSeconds(10)) && all[2].Join(TimeSpan.FromSeconds(10)));
    }
}
