using System.Runtime.InteropServices;

namespace MLNet.GradientTrainers.Distributed;

/// <summary>
/// Keeps what .NET does at the signals of faults, which it turns into exceptions: Open MPI, and UCX under MPICH, put handlers of their own in the place, which print a stack and end the process. Disposing of it puts .NET's back.
/// </summary>
internal sealed unsafe class KeptSignals : IDisposable
{
    /// <summary>More than a sigaction of any C library takes.</summary>
    private const int Room = 512;

    // SIGILL, SIGTRAP, SIGABRT, SIGBUS, SIGFPE, SIGSEGV.
    private static readonly int[] Signals = [4, 5, 6, 7, 8, 11];

    private readonly byte[][] _actions;

    public KeptSignals() => _actions = [.. Signals.Select(Action)];

    public void Dispose()
    {
        for (int i = 0; i < Signals.Length; i++)
        {
            fixed (byte* action = _actions[i])
            {
                _ = SetAction(Signals[i], action, null);
            }
        }
    }

    private static byte[] Action(int signal)
    {
        byte[] action = new byte[Room];
        fixed (byte* place = action)
        {
            _ = SetAction(signal, null, place);
        }

        return action;
    }

    [DllImport("libc", EntryPoint = "sigaction")]
    private static extern int SetAction(int signal, void* action, void* old);
}
