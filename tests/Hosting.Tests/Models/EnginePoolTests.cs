namespace MLNet.GradientTrainers.Hosting.Tests;

/// <summary>The pool alone, with engines that do nothing.</summary>
[TestClass]
public sealed class EnginePoolTests
{
    [TestMethod]
    public void NoMoreEnginesAreMadeThanAllowed()
    {
        var pool = Pool(3, out var made);
        var rented = Enumerable.Range(0, 3).Select(_ => pool.Rent()!).ToArray();
        Assert.HasCount(3, rented.Distinct());
        var fourth = Task.Run(pool.Rent);
        Assert.AreEqual(3, made());
        pool.Return(rented[1]);
        Assert.AreSame(rented[1], fourth.GetAwaiter().GetResult());
        Assert.AreEqual(3, made());
    }

    [TestMethod]
    public void AllWhoWaitAreServedThoughOthersComeAgainAndAgain()
    {
        // More threads than engines, each of which asks again at once: each must get its turns.
        var pool = Pool(2, out _);
        int inUse = 0, most = 0;
        int[] turns = new int[12];
        var threads = turns.Select((_, i) => new Thread(() =>
        {
            while (Volatile.Read(ref turns[i]) < 200)
            {
                var engine = pool.Rent()!;
                int now = Interlocked.Increment(ref inUse);
                InterlockedMax(ref most, now);
                Thread.SpinWait(200);
                Interlocked.Decrement(ref inUse);
                pool.Return(engine);
                Interlocked.Increment(ref turns[i]);
            }
        })).ToArray();
        foreach (var thread in threads)
        {
            thread.Start();
        }

        foreach (var thread in threads)
        {
            Assert.IsTrue(thread.Join(TimeSpan.FromMinutes(2)), "A caller was forgotten.");
        }

        Assert.IsLessThanOrEqualTo(2, most);
    }

    [TestMethod]
    public void AClosedPoolRefusesAndEndsWhenTheLastEngineIsBack()
    {
        int closed = 0;
        var pool = new EnginePool<Engine>(() => new Engine(), engine => engine.IsUsable, 1, () => closed++);
        var engine = pool.Rent()!;
        var waiting = Task.Run(pool.Rent);
        pool.Close();
        Assert.IsNull(waiting.GetAwaiter().GetResult());
        Assert.IsNull(pool.Rent());
        Assert.AreEqual(0, closed);
        Assert.IsFalse(engine.IsDisposed);
        pool.Return(engine);
        Assert.IsTrue(engine.IsDisposed);
        Assert.AreEqual(1, closed);
    }

    [TestMethod]
    public void AnEngineThatIsSpentIsReplaced()
    {
        var pool = Pool(1, out var made);
        var first = pool.Rent()!;
        var waiting = Task.Run(pool.Rent);
        first.IsUsable = false;
        pool.Return(first);
        Assert.AreNotSame(first, waiting.GetAwaiter().GetResult());
        Assert.IsTrue(first.IsDisposed);
        Assert.AreEqual(2, made());
    }

    [TestMethod]
    public void AnEngineThatCantBeMadeLeavesItsPlace()
    {
        bool fails = true;
        var pool = new EnginePool<Engine>(() => fails ? throw new InvalidOperationException("no") : new Engine(), _ => true, 1, () => { });
        Assert.Throws<InvalidOperationException>(() => pool.Rent());
        fails = false;
        Assert.IsNotNull(pool.Rent());
    }

    [TestMethod]
    public void AnInterruptedCallerTakesNothingAlong()
    {
        var pool = Pool(1, out _);
        var engine = pool.Rent()!;
        Exception? thrown = null;
        var waiting = new Thread(() =>
        {
            try
            {
                pool.Rent();
            }
            catch (ThreadInterruptedException exception)
            {
                thrown = exception;
            }
        });
        waiting.Start();
        Wait.Until(() => (waiting.ThreadState & ThreadState.WaitSleepJoin) != 0, "it waits");
        waiting.Interrupt();
        waiting.Join();
        Assert.IsNotNull(thrown);
        pool.Return(engine);
        Assert.AreSame(engine, pool.Rent());
    }

    private static EnginePool<Engine> Pool(int size, out Func<int> made)
    {
        int count = 0;
        made = () => Volatile.Read(ref count);
        return new EnginePool<Engine>(
            () =>
            {
                Interlocked.Increment(ref count);
                return new Engine();
            },
            engine => engine.IsUsable,
            size,
            () => { });
    }

    private static void InterlockedMax(ref int target, int value)
    {
        int seen = Volatile.Read(ref target);
        while (value > seen)
        {
            int before = Interlocked.CompareExchange(ref target, value, seen);
            if (before == seen)
            {
                return;
            }

            seen = before;
        }
    }

    private sealed class Engine : IDisposable
    {
        public bool IsUsable { get; set; } = true;

        public bool IsDisposed { get; private set; }

        public void Dispose() => IsDisposed = true;
    }
}
