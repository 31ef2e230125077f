using ILGPU;
using ILGPU.Runtime;
using ILGPU.Runtime.CPU;
using ILGPU.Runtime.OpenCL;

namespace MLNet.GradientTrainers.Kernels.Gpu.Tests;

/// <summary>The devices that tests run on: ILGPU's emulator, which every machine has, and OpenCL on the processor where it is installed.</summary>
internal static class TestDevices
{
    /// <summary>Why there is no OpenCL device; null where there is one.</summary>
    public static string? NoOpenCL { get; } = Why();

    /// <summary>A back end on the emulator, with groups of 256 threads. Slow: hundreds of microseconds a launch, a thread of the system for every thread.</summary>
    public static GpuBackend Emulator()
    {
        Context context = Context.Create(builder => builder.CPU(new CPUDevice(4, 64, 1)).Optimize(OptimizationLevel.O2));
        return new GpuBackend(new GpuSession(context, context.Devices[0]));
    }

    /// <summary>A back end on OpenCL; ends the test as skipped where there is none.</summary>
    public static GpuBackend OpenCL()
    {
        if (NoOpenCL is not null)
        {
            Assert.Inconclusive(NoOpenCL);
        }

        Context context = Context.Create(builder => builder.OpenCL().Optimize(OptimizationLevel.O2));
        return new GpuBackend(new GpuSession(context, context.GetCLDevice(0)));
    }

    /// <summary>A back end on the machine's best card; ends the test as skipped where there is none.</summary>
    public static GpuBackend Card()
    {
        if (GpuDevices.Best is not { } card)
        {
            Assert.Inconclusive("This machine has no GPU.");
            throw new InvalidOperationException();
        }

        return GpuDevices.Open(card.Index);
    }

    private static string? Why()
    {
        const string Install = "docs/gpu.md tells how to install one for tests.";
        try
        {
            using Context context = Context.Create(builder => builder.OpenCL());
            return context.GetCLDevices().Count > 0 ? null : $"No OpenCL device that ILGPU can use. {Install}";
        }
        catch (Exception problem) when (problem is DllNotFoundException or TypeInitializationException or InvalidOperationException or CLException)
        {
            return $"No OpenCL on this machine ({problem.Message}). {Install}";
        }
    }
}
