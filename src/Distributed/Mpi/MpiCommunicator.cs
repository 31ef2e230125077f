using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers.Distributed;

/// <summary>Processes that a launcher of MPI has started: <c>mpirun -n 4 dotnet Program.dll</c>, on one machine or many.</summary>
/// <remarks>
/// <para>Open MPI (4 and 5) and MPICH, or others with its binary interface, on Linux. Which of the two is loaded tells the launcher's environment; the other's would see processes that are alone.</para>
/// <para>One communicator in the life of a process: MPI can't begin twice. Dispose of it at the end, in every process: that waits for the others. A process that ends without counts as failed, and its launcher ends all.</para>
/// </remarks>
public static class MpiCommunicator
{
    private static readonly TimeSpan DefaultTimeout = TimeSpan.FromSeconds(10);
    private static int s_isCreated;

    /// <summary>Whether a launcher of MPI has started this process.</summary>
    public static bool IsLaunched => MpiLibrary.IsLaunchedByOpenMpi is not null;

    /// <summary>The rank of this process, also before <see cref="Create"/>; null where no launcher of MPI has started it.</summary>
    public static int? LaunchedRank => MpiLibrary.LaunchedRank;

    /// <summary>How many processes the launcher has started on this machine: they share its cores, of which each should take its part (<see cref="NetworkTrainerOptions.NumberOfThreads"/>). 1 where it does not tell.</summary>
    public static int ProcessesOnThisMachine => MpiLibrary.LaunchedHere;

    /// <summary>What the library that was loaded calls itself; null before <see cref="Create"/>.</summary>
    public static string? LibraryVersion { get; private set; }

    /// <summary>Begins to work with the other processes. All must call it.</summary>
    /// <param name="timeout">How long a process may be silent before all end with an error that names it, at least a second; null for 10 seconds. Launchers mostly notice sooner, and end all processes themselves.</param>
    /// <param name="library">Path or name of the MPI library; null for that of the launcher.</param>
    /// <exception cref="MpiException">There is no MPI library, or it can't begin, or there was a communicator before.</exception>
    /// <exception cref="CommunicationException">The other processes can't be reached.</exception>
    public static Communicator Create(TimeSpan? timeout = null, string? library = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(timeout ?? DefaultTimeout, TimeSpan.FromSeconds(1), nameof(timeout));
        if (Interlocked.Exchange(ref s_isCreated, 1) == 1)
        {
            throw new MpiException("MPI has begun before in this process, and can't begin twice. Use one communicator for all that the process does.");
        }

        try
        {
            MpiLibrary mpi = MpiLibrary.Start(library);
            LibraryVersion = mpi.Version;
            MessageCommunicator communicator = new(new MpiTransport(mpi), Environment.MachineName, timeout ?? DefaultTimeout);
            AppDomain.CurrentDomain.ProcessExit += (_, _) => Leave(communicator);
            return communicator;
        }
        catch (TransportException error)
        {
            throw new MpiException(error.Message, error);
        }
    }

    /// <summary>Where the process ends before its communicator is disposed of: MPICH's launcher then ends all others without a word, and with the exit code of this one.</summary>
    private static void Leave(MessageCommunicator communicator)
    {
        if (communicator.Leave() && Environment.ExitCode == 0)
        {
            Console.Error.WriteLine($"Rank {communicator.Rank} of {communicator.Size} has ended before its communicator was disposed of, which ends all other processes. Dispose of it at the end of the program, in every process.");
            Environment.ExitCode = 1;
        }
    }
}
