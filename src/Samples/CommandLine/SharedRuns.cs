using MLNet.GradientTrainers.Distributed;
using MLNet.GradientTrainers.Kernels;
using MLNet.GradientTrainers.Samples.Output;

namespace MLNet.GradientTrainers.Samples.CommandLine;

/// <summary>What becomes of a sample that <c>mpirun</c> starts several times: one whose training can be shared is, of another the process of rank 0 alone runs.</summary>
internal static class SharedRuns
{
    /// <summary>Whether this process has nothing to do.</summary>
    public static bool IsIdle(Sample sample) => !sample.IsShared && MpiCommunicator.LaunchedRank > 0;

    /// <summary>Joins the other processes; null where there are none, or the sample is not shared.</summary>
    /// <exception cref="MpiException">MPI can't begin.</exception>
    public static Communicator? Join(Sample sample) => sample.IsShared && MpiCommunicator.IsLaunched ? MpiCommunicator.Create() : null;

    /// <summary>Where a process prints: all but the first one only what goes wrong.</summary>
    public static Terminal Of(Communicator? processes, Terminal terminal) => processes is { Rank: > 0 } ? Terminal.Plain(TextWriter.Null, terminal.Error) : terminal;

    /// <summary>Tells how many processes there are.</summary>
    public static void Tell(SampleRun run)
    {
        if (run.Processes is { } processes)
        {
            run.Terminal.Fact("processes", $"{processes.Size}, by {MpiCommunicator.LibraryVersion}");
        }
    }

    /// <summary>The part of the cores that a process takes where others run beside it.</summary>
    public static int Threads => Math.Max(1, Environment.ProcessorCount / MpiCommunicator.ProcessesOnThisMachine);
}
