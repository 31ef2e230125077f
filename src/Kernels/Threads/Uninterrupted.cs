using ThreadMonitor = System.Threading.Monitor;

namespace MLNet.GradientTrainers.Kernels;

/// <summary>
/// Waits that <see cref="Thread.Interrupt"/> does not end, for places that nobody may leave early: others still use the caller's memory, or wait for it. An interrupt that comes
/// meanwhile is noted, for the caller to tell afterwards.
/// </summary>
internal static class Uninterrupted
{
    /// <summary>Takes the lock of <paramref name="gate"/>; give it back with <see cref="ThreadMonitor.Exit"/>.</summary>
    public static void Enter(object gate, ref bool interrupted)
    {
        while (true)
        {
            try
            {
                ThreadMonitor.Enter(gate);
                return;
            }
            catch (ThreadInterruptedException)
            {
                interrupted = true;
            }
        }
    }

    /// <summary>Gives up the lock until a pulse or an interrupt, then has it again: what is waited for has to be looked at after every return.</summary>
    public static void Wait(object gate, ref bool interrupted)
    {
        try
        {
            ThreadMonitor.Wait(gate);
        }
        catch (ThreadInterruptedException)
        {
            interrupted = true;
        }
    }

    /// <summary>Leaves an interrupt that was noted for the thread's next wait.</summary>
    public static void Restore(bool interrupted)
    {
        if (interrupted)
        {
            Thread.CurrentThread.Interrupt();
        }
    }
}
