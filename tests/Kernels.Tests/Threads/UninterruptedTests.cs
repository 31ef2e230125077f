namespace MLNet.GradientTrainers.Kernels.Tests;

[TestClass]
public sealed class UninterruptedTests
{
    [TestMethod]
    public void EnterWaitsForTheLockAndNotesTheInterrupt()
    {
        object gate = new();
        string? after = null;
        Thread thread = new(() =>
        {
            bool interrupted = false;
            Uninterrupted.Enter(gate, ref interrupted);
            after = $"holds the lock: {Monitor.IsEntered(gate)}, interrupted: {interrupted}";
            Monitor.Exit(gate);
        });
        lock (gate)
        {
            thread.Start();
            while (thread.ThreadState != ThreadState.WaitSleepJoin)
            {
                Thread.Sleep(1);
            }

            thread.Interrupt();
            Assert.IsFalse(thread.Join(50));
        }

        Assert.IsTrue(thread.Join(10_000));
        Assert.AreEqual("holds the lock: True, interrupted: True", after);
    }

    [TestMethod]
    public void WaitReturnsWithTheLockAndNotesTheInterrupt()
    {
        object gate = new();
        string? after = null;
        string outcome = Interrupts.Outcome(() =>
        {
            bool interrupted = false;
            Thread.CurrentThread.Interrupt();
            lock (gate)
            {
                Uninterrupted.Wait(gate, ref interrupted);
                after = $"holds the lock: {Monitor.IsEntered(gate)}, interrupted: {interrupted}";
            }

            Uninterrupted.Restore(interrupted);
            Thread.Sleep(1);
        });
        Assert.AreEqual("holds the lock: True, interrupted: True", after);
        Assert.AreEqual(nameof(ThreadInterruptedException), outcome);
    }
}
