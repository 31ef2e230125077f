using System.Globalization;
using System.Reflection;
using ILGPU;
using ILGPU.Backends;
using ILGPU.Runtime;
using ILGPU.Runtime.Cuda;
using ILGPU.Runtime.OpenCL;

namespace MLNet.GradientTrainers.Kernels.Gpu;

/// <summary>
/// An open device: ILGPU's context, accelerator and one queue, and the kernels compiled for it. Used by one thread at a time; a call binds the device to its thread where that had another one, or none.
/// </summary>
/// <remarks>A kernel that fails to compile spoils its context, so that the whole session must be given up then.</remarks>
internal sealed class GpuSession : IDisposable
{
    /// <summary>The session whose device is the thread's.</summary>
    [ThreadStatic]
    private static GpuSession? t_bound;

    private readonly Context _context;
    private readonly Dictionary<MethodInfo, Delegate> _kernels = [];
    private readonly HashSet<MemoryBuffer> _buffers = [];
    private long _taken;

    /// <summary>Opens a device.</summary>
    /// <param name="context">ILGPU's context, which the session owns from now on.</param>
    /// <param name="device">One of its devices.</param>
    public GpuSession(Context context, Device device)
    {
        _context = context;
        Accelerator = device.CreateAccelerator(context);
        Stream = Accelerator.DefaultStream;
        t_bound = this;
    }

    /// <summary>The device.</summary>
    public Accelerator Accelerator { get; }

    /// <summary>The queue of all work.</summary>
    public AcceleratorStream Stream { get; }

    /// <summary>The device that it opened and where that came from; null for a session of its own.</summary>
    public (GpuPlatform Platform, GpuDevice Device)? Home { get; set; }

    /// <summary>Whether the device or a kernel has failed, so that the session is of no use any more.</summary>
    public bool IsSpoiled { get; private set; }

    /// <summary>Launches until the device is taken for lost; for tests.</summary>
    public long LaunchesUntilLost { get; set; } = long.MaxValue;

    /// <summary>Kernels launched so far.</summary>
    public long Launches { get; private set; }

    /// <summary>Bytes copied to the device so far.</summary>
    public long BytesWritten { get; set; }

    /// <summary>Waits of the host for the device so far.</summary>
    public long Waits { get; private set; }

    /// <summary>
    /// The launcher of a kernel, which is compiled at its first use.
    /// </summary>
    /// <typeparam name="TKernel">The kernel's type.</typeparam>
    /// <typeparam name="TLauncher">The same with the queue in front.</typeparam>
    /// <param name="kernel">The kernel, a static method.</param>
    /// <param name="load">Loads it: LoadAutoGroupedKernel or LoadKernel of the accelerator.</param>
    public TLauncher Kernel<TKernel, TLauncher>(TKernel kernel, Func<Accelerator, TKernel, TLauncher> load)
        where TKernel : Delegate
        where TLauncher : Delegate
    {
        Bind();
        if (++Launches > LaunchesUntilLost)
        {
            throw new CLException("The device was lost.");
        }

        if (!_kernels.TryGetValue(kernel.Method, out Delegate? launcher))
        {
            try
            {
                launcher = load(Accelerator, kernel);
            }
            catch (Exception error) when (error is not OutOfMemoryException)
            {
                IsSpoiled = true;
                throw new GpuException(GpuFailure.NotCompiled, $"The kernel {kernel.Method.Name} can't be compiled for {Accelerator.Name}: {Innermost(error).Message} {GpuException.Remedy}", error);
            }

            _kernels.Add(kernel.Method, launcher);
        }

        return (TLauncher)launcher;
    }

    /// <summary>Free bytes of the device's memory: what the driver says, or all of it without what this session has taken.</summary>
    public long FreeMemory => Math.Min(MemoryLimit - _taken, Accelerator is CudaAccelerator cuda && !IsSpoiled ? cuda.GetFreeMemory() : Accelerator.MemorySize - _taken);

    /// <summary>The most memory that it may take, in bytes.</summary>
    public long MemoryLimit { get; set; } = long.MaxValue;

    /// <summary>Pieces of memory that have not been given back.</summary>
    public int BuffersTaken => _buffers.Count;

    /// <summary>Takes memory, all zero.</summary>
    /// <param name="length">Elements, at least 1.</param>
    /// <exception cref="GpuException">The device has not so much.</exception>
    public MemoryBuffer1D<T, Stride1D.Dense> Allocate<T>(long length)
        where T : unmanaged
    {
        Bind();
        long bytes = length * Interop.SizeOf<T>();
        MemoryBuffer1D<T, Stride1D.Dense> buffer;
        try
        {
            buffer = bytes <= FreeMemory ? Accelerator.Allocate1D<T>(length) : throw OutOfMemory(bytes, null);
        }
        catch (Exception error) when (IsOutOfMemory(error))
        {
            throw OutOfMemory(bytes, error);
        }

        _buffers.Add(buffer);
        _taken += bytes;
        buffer.MemSetToZero(Stream);
        return buffer;
    }

    /// <summary>Gives memory back.</summary>
    public void Free(MemoryBuffer buffer)
    {
        if (!_buffers.Remove(buffer))
        {
            return;
        }

        _taken -= buffer.LengthInBytes;
        try
        {
            Bind();
            buffer.Dispose();
        }
        catch (AcceleratorException)
        {
            // A lost device does not take it back.
            IsSpoiled = true;
        }
    }

    /// <summary>Gives all memory back.</summary>
    public void FreeAll()
    {
        foreach (MemoryBuffer buffer in _buffers.ToArray())
        {
            Free(buffer);
        }
    }

    /// <summary>Gives back what is no memory of the device, after all that was queued.</summary>
    public void Release(IDisposable one)
    {
        try
        {
            Wait();
            one.Dispose();
        }
        catch (AcceleratorException)
        {
            IsSpoiled = true;
        }
    }

    /// <summary>Makes the device the calling thread's.</summary>
    public void Bind()
    {
        // Not only another thread may have had the device before: this one may have used another device.
        if (t_bound != this)
        {
            Accelerator.Bind();
            t_bound = this;
        }
    }

    /// <summary>Waits until all that was queued is done.</summary>
    public void Wait()
    {
        Bind();
        Waits++;
        Stream.Synchronize();
    }

    /// <summary>An error that the device raised, in words; the session is spoiled by it. Null for an error of another kind.</summary>
    public GpuException? Explain(Exception error)
    {
        if (error is GpuException known)
        {
            return known;
        }

        if (error is not (AcceleratorException or InternalCompilerException or CapabilityNotSupportedException))
        {
            return null;
        }

        IsSpoiled = true;
        return new GpuException(GpuFailure.Lost, $"{Accelerator.Name} failed: {Innermost(error).Message} What it had trained is lost; the processor's weights are as they were before. {GpuException.Remedy}", error);
    }

    /// <summary>Closes the device. All buffers must have been disposed of before.</summary>
    public void Dispose()
    {
        _kernels.Clear();
        try
        {
            Bind();
            Accelerator.Dispose();
            _context.Dispose();
        }
        catch (Exception) when (IsSpoiled)
        {
            // A lost device does not even take its memory back.
        }
        finally
        {
            t_bound = null;
        }
    }

    private static bool IsOutOfMemory(Exception error) => error switch
    {
        OutOfMemoryException => true,
        CudaException cuda => cuda.Message.Contains("out of memory", StringComparison.OrdinalIgnoreCase),
        CLException cl => cl.Error is CLError.CL_MEM_OBJECT_ALLOCATION_FAILURE or CLError.CL_OUT_OF_RESOURCES or CLError.CL_INVALID_BUFFER_SIZE or CLError.CL_OUT_OF_HOST_MEMORY,
        _ => false,
    };

    private GpuException OutOfMemory(long bytes, Exception? error) => new(
        GpuFailure.OutOfMemory,
        string.Create(CultureInfo.InvariantCulture, $"{Accelerator.Name} has {Math.Max(0, FreeMemory):N0} bytes free, but {bytes:N0} more are needed. Use a smaller batch size, a smaller network or fewer rows; or train on the processor (Device = ComputeDevice.Cpu)."),
        error);

    private static Exception Innermost(Exception error) => error.InnerException is { } inner ? Innermost(inner) : error;
}
