using ILGPU;
using ILGPU.Runtime;
using ILGPU.Runtime.Cuda;
using ILGPU.Runtime.OpenCL;

namespace MLNet.GradientTrainers.Kernels.Gpu;

/// <summary>Where devices come from: the machine's drivers, or what a test puts in their place.</summary>
internal class GpuPlatform
{
    private static readonly AsyncLocal<GpuPlatform?> s_test = new();
    private static readonly Lazy<GpuPlatform> s_machine = new(() => new GpuPlatform());

    private readonly Lazy<(IReadOnlyList<GpuDevice> Devices, string? Problem)> _found;

    /// <summary>A platform whose devices are looked for when they are first asked for.</summary>
    public GpuPlatform() => _found = new(Find);

    /// <summary>The platform of this flow of execution.</summary>
    public static GpuPlatform Current => s_test.Value ?? s_machine.Value;

    /// <summary>Its devices.</summary>
    public IReadOnlyList<GpuDevice> Devices => _found.Value.Devices;

    /// <summary>Why there is none; null where there is one.</summary>
    public string? Problem => _found.Value.Problem;

    /// <summary>Puts a platform in the machine's place until it is disposed of.</summary>
    public static IDisposable Replace(GpuPlatform platform)
    {
        s_test.Value = platform;
        return new Restore();
    }

    /// <summary>Opens a device.</summary>
    public virtual GpuSession Open(GpuDevice device)
    {
        Context context = NewContext();
        try
        {
            return new GpuSession(context, Usable(context)[device.Index]);
        }
        catch
        {
            context.Dispose();
            throw;
        }
    }

    /// <summary>What is wrong with a device's results; null for nothing.</summary>
    public virtual string? Test(GpuBackend backend) => GpuSelfTest.Run(backend);

    /// <summary>Looks for devices.</summary>
    protected virtual (IReadOnlyList<GpuDevice> Devices, string? Problem) Find()
    {
        try
        {
            using Context context = NewContext();
            IReadOnlyList<GpuDevice> devices = [.. Usable(context).Select(Describe)];
            return (devices, devices.Count > 0 ? null : "no driver of CUDA, and none of OpenCL 2.0 or newer, has a device on this machine");
        }
        catch (Exception problem) when (problem is not OutOfMemoryException)
        {
            return ([], $"the drivers can't be asked: {problem.Message}");
        }
    }

    private static Context NewContext() => Context.Create(builder => builder.Cuda().OpenCL().Optimize(OptimizationLevel.O2));

    /// <summary>CUDA first; a card that CUDA has is not taken through OpenCL as well.</summary>
    private static IReadOnlyList<Device> Usable(Context context)
    {
        Device[] cuda = [.. context.Devices.Where(device => device is CudaDevice)];
        return [.. cuda, .. context.Devices.OfType<CLDevice>().Where(device => cuda.Length == 0 || !IsNvidia(device)).OrderBy(IsProcessor)];
    }

    private static bool IsNvidia(CLDevice device) => device.VendorName.Contains("NVIDIA", StringComparison.OrdinalIgnoreCase);

    private static bool IsProcessor(CLDevice device) => (device.DeviceType & CLDeviceType.CL_DEVICE_TYPE_CPU) != 0;

    private static GpuDevice Describe(Device device, int index) => new(
        index,
        device.Name.Trim(),
        device is CudaDevice ? GpuApi.Cuda : GpuApi.OpenCL,
        device.MemorySize,
        device.NumMultiprocessors,
        device is CLDevice cl && IsProcessor(cl));

    private sealed class Restore : IDisposable
    {
        public void Dispose() => s_test.Value = null;
    }
}
