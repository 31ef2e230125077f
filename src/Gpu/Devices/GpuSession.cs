using System.Reflection;
using ILGPU;
using ILGPU.Runtime;

namespace MLNet.GradientTrainers.Kernels.Gpu;

/// <summary>
/// An open device: ILGPU's context, accelerator and one queue, and the kernels compiled for it. Used by one thread at a time; a call from another thread than the last one binds the device to it.
/// </summary>
/// <remarks>A kernel that fails to compile spoils its context, so that the whole session must be given up then.</remarks>
internal sealed class GpuSession : IDisposable
{
    private readonly Context _context;
    private readonly Dictionary<MethodInfo, Delegate> _kernels = [];
    private int _thread;

    /// <summary>Opens a device.</summary>
    /// <param name="context">ILGPU's context, which the session owns from now on.</param>
    /// <param name="device">One of its devices.</param>
    public GpuSession(Context context, Device device)
    {
        _context = context;
        Accelerator = device.CreateAccelerator(context);
        Stream = Accelerator.DefaultStream;
        _thread = Environment.CurrentManagedThreadId;
    }

    /// <summary>The device.</summary>
    public Accelerator Accelerator { get; }

    /// <summary>The queue of all work.</summary>
    public AcceleratorStream Stream { get; }

    /// <summary>Kernels launched so far.</summary>
    public long Launches { get; private set; }

    /// <summary>Bytes copied to the device so far.</summary>
    public long BytesWritten { get; set; }

    /// <summary>Waits of the host for the device so far.</summary>
    public long Waits { get; private set; }

    /// <summary>
    /// The launcher of a kernel over an index: <c>session.Each&lt;Action&lt;Index1D, …&gt;, Action&lt;AcceleratorStream, Index1D, …&gt;&gt;</c>. It is compiled at its first use.
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
        Launches++;
        if (!_kernels.TryGetValue(kernel.Method, out Delegate? launcher))
        {
            launcher = load(Accelerator, kernel);
            _kernels.Add(kernel.Method, launcher);
        }

        return (TLauncher)launcher;
    }

    /// <summary>Makes the device the calling thread's.</summary>
    public void Bind()
    {
        int thread = Environment.CurrentManagedThreadId;
        if (thread != _thread)
        {
            Accelerator.Bind();
            _thread = thread;
        }
    }

    /// <summary>Waits until all that was queued is done.</summary>
    public void Wait()
    {
        Bind();
        Waits++;
        Stream.Synchronize();
    }

    /// <summary>Closes the device. All buffers must have been disposed of before.</summary>
    public void Dispose()
    {
        _kernels.Clear();
        Accelerator.Dispose();
        _context.Dispose();
    }
}
