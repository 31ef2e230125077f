using System.Runtime.InteropServices;
using System.Text;

namespace MLNet.GradientTrainers.Distributed;

/// <summary>
/// The few functions of MPI that are needed, of Open MPI or of one with MPICH's binary interface. The two differ in what a handle is: an address in the one, a number in the other.
/// </summary>
internal sealed unsafe class MpiLibrary
{
    private const int Success = 0;
    private const int RequestedThreads = 2; // MPI_THREAD_SERIALIZED
    private const int LargestText = 1 << 16;
    private const int Now = 2; // RTLD_NOW
    private const int Global = 0x100; // RTLD_GLOBAL

    /// <summary>Names by which a launcher's library is known, the one that was started first.</summary>
    private static readonly string[] OpenMpiNames = ["libmpi.so.40", "libmpi.so.80", "libmpi.so"];
    private static readonly string[] MpichNames = ["libmpich.so.12", "libmpi.so.12", "libmpi.so"];

    private readonly nint _handle;
    private readonly nint _world;
    private readonly nint _byte;
    private readonly nint _noStatuses;
    private readonly nint _noRequest;

    private readonly delegate* unmanaged<void*, int, nint, int, int, nint, void*, int> _send;
    private readonly delegate* unmanaged<void*, int, nint, int, int, nint, void*, int> _receive;
    private readonly delegate* unmanaged<int, void*, int*, int*, nint, int> _testSome;
    private readonly delegate* unmanaged<int, byte*, int*, int> _errorText;
    private readonly delegate* unmanaged<int> _finalize;

    private MpiLibrary(nint handle)
    {
        _handle = handle;
        IsOpenMpi = NativeLibrary.TryGetExport(handle, "ompi_mpi_comm_world", out _world);
        if (IsOpenMpi)
        {
            _byte = Export("ompi_mpi_byte");
            _noRequest = Export("ompi_request_null");
            RequestSize = sizeof(nint);
        }
        else
        {
            // The numbers of MPICH's common interface, which Intel's MPI and others share.
            (_world, _byte, _noStatuses, _noRequest, RequestSize) = (0x44000000, 0x4c00010d, 1, 0x2c000000, sizeof(int));
        }

        _send = (delegate* unmanaged<void*, int, nint, int, int, nint, void*, int>)Export("MPI_Isend");
        _receive = (delegate* unmanaged<void*, int, nint, int, int, nint, void*, int>)Export("MPI_Irecv");
        _testSome = (delegate* unmanaged<int, void*, int*, int*, nint, int>)Export("MPI_Testsome");
        _errorText = (delegate* unmanaged<int, byte*, int*, int>)Export("MPI_Error_string");
        _finalize = (delegate* unmanaged<int>)Export("MPI_Finalize");
    }

    /// <summary>Whether handles are addresses.</summary>
    public bool IsOpenMpi { get; }

    /// <summary>Bytes of a request's handle.</summary>
    public int RequestSize { get; }

    /// <summary>What the library calls itself, on one line.</summary>
    public string Version { get; private set; } = "";

    /// <summary>This process, from 0.</summary>
    public int Rank { get; private set; }

    /// <summary>How many there are.</summary>
    public int Size { get; private set; }

    /// <summary>Whether this process was started by Open MPI's launcher; null where it was started by none that is known.</summary>
    public static bool? IsLaunchedByOpenMpi =>
        Environment.GetEnvironmentVariable("OMPI_COMM_WORLD_SIZE") is not null ? true
        : Environment.GetEnvironmentVariable("PMI_SIZE") is not null || Environment.GetEnvironmentVariable("PMI_RANK") is not null ? false
        : Environment.GetEnvironmentVariable("PMIX_RANK") is not null ? true
        : null;

    /// <summary>The rank that the launcher gave this process; null where it was started by none that is known.</summary>
    public static int? LaunchedRank => Variable("OMPI_COMM_WORLD_RANK") ?? Variable("PMI_RANK") ?? Variable("PMIX_RANK");

    /// <summary>How many processes the launcher has started on this machine; 1 where it does not tell.</summary>
    public static int LaunchedHere => Math.Max(1, Variable("OMPI_COMM_WORLD_LOCAL_SIZE") ?? Variable("MPI_LOCALNRANKS") ?? 1);

    /// <summary>Loads the library of the launcher that started the process, and begins.</summary>
    /// <param name="path">The library; null to look for it.</param>
    /// <exception cref="MpiException">There is none, or it can't begin.</exception>
    public static MpiLibrary Start(string? path)
    {
        if (!OperatingSystem.IsLinux())
        {
            throw new MpiException("MPI is used on Linux only: the libraries looked for are Open MPI's and MPICH's.");
        }

        string[] names = path is not null ? [path] : IsLaunchedByOpenMpi == false ? [.. MpichNames, .. OpenMpiNames] : [.. OpenMpiNames, .. MpichNames];

        using KeptSignals signals = new();
        nint handle = 0;
        foreach (string name in names)
        {
            // Open MPI's plug-ins look for the names of the library that loads them.
            handle = Open(name, Now | Global);
            if (handle != 0)
            {
                break;
            }
        }

        if (handle == 0)
        {
            throw new MpiException($"There is no MPI library: {string.Join(", ", names)} can't be loaded. Install Open MPI or MPICH (Debian's packages openmpi-bin, mpich), or name the library.");
        }

        MpiLibrary library = new(handle);
        library.Begin();
        return library;
    }

    /// <summary>Begins to send bytes.</summary>
    /// <param name="bytes">The first one.</param>
    /// <param name="length">How many.</param>
    /// <param name="rank">To whom.</param>
    /// <param name="tag">The message's tag.</param>
    /// <param name="request">Receives the request.</param>
    public void Send(void* bytes, int length, int rank, int tag, void* request) => Check(_send(bytes, length, _byte, rank, tag, _world, request), "send");

    /// <summary>Begins to receive bytes.</summary>
    /// <inheritdoc cref="Send"/>
    public void Receive(void* bytes, int length, int rank, int tag, void* request) => Check(_receive(bytes, length, _byte, rank, tag, _world, request), "receive");

    /// <summary>Finds requests that are done.</summary>
    /// <param name="requests">All of them; those that are done are forgotten by the library.</param>
    /// <param name="count">How many.</param>
    /// <param name="indices">Receives the places of those that are done.</param>
    /// <returns>How many are done.</returns>
    public int TestSome(void* requests, int count, int* indices)
    {
        int done = 0;
        Check(_testSome(count, requests, &done, indices, _noStatuses), "carry messages");
        return Math.Max(done, 0);
    }

    /// <summary>Ends it; another start in this process is not possible.</summary>
    public void End() => _finalize();

    private void Begin()
    {
        int provided = 0;
        var initialize = (delegate* unmanaged<void*, void*, int, int*, int>)Export("MPI_Init_thread");
        Check(initialize(null, null, RequestedThreads, &provided), "begin");
        if (provided < RequestedThreads)
        {
            throw new MpiException($"This MPI library was built for one thread only (level {provided}); one for several threads in turn (MPI_THREAD_SERIALIZED) is needed.");
        }

        int number = 0;
        Check(((delegate* unmanaged<nint, int*, int>)Export("MPI_Comm_rank"))(_world, &number), "tell its rank");
        Rank = number;
        Check(((delegate* unmanaged<nint, int*, int>)Export("MPI_Comm_size"))(_world, &number), "tell its size");
        Size = number;
        Check(((delegate* unmanaged<nint, nint, int>)Export("MPI_Comm_set_errhandler"))(_world, IsOpenMpi ? Export("ompi_mpi_errors_return") : 0x54000001), "return errors");
        byte[] text = new byte[LargestText];
        fixed (byte* first = text)
        {
            Check(((delegate* unmanaged<byte*, int*, int>)Export("MPI_Get_library_version"))(first, &number), "tell its version");
        }

        string version = Encoding.UTF8.GetString(text, 0, Math.Clamp(number, 0, text.Length)).TrimEnd('\0');
        Version = version.Split(IsOpenMpi ? ',' : '\n')[0].Replace("\t", " ", StringComparison.Ordinal).Trim();
    }

    private static int? Variable(string name) => int.TryParse(Environment.GetEnvironmentVariable(name), out int value) ? value : null;

    private nint Export(string name) => NativeLibrary.TryGetExport(_handle, name, out nint address) ? address : throw new MpiException($"The MPI library has no {name}: it is of a kind that is not known.");

    private void Check(int code, string what)
    {
        if (code != Success)
        {
            byte[] text = new byte[LargestText];
            int length = 0;
            fixed (byte* first = text)
            {
                _errorText(code, first, &length);
            }

            throw new TransportException($"MPI can't {what}: {Encoding.UTF8.GetString(text, 0, Math.Clamp(length, 0, text.Length)).Trim()}.");
        }
    }

    private static nint Open(string name, int flags)
    {
        try
        {
            return OpenInC(name, flags);
        }
        catch (EntryPointNotFoundException)
        {
            // Before version 2.34 of the C library it was in one of its own.
            return OpenInLoader(name, flags);
        }
    }

    [DllImport("libc", EntryPoint = "dlopen")]
    private static extern nint OpenInC([MarshalAs(UnmanagedType.LPUTF8Str)] string name, int flags);

    [DllImport("libdl.so.2", EntryPoint = "dlopen")]
    private static extern nint OpenInLoader([MarshalAs(UnmanagedType.LPUTF8Str)] string name, int flags);
}
