namespace MLNet.GradientTrainers.Kernels.Gpu;

/// <summary>How a device is reached.</summary>
public enum GpuApi
{
    /// <summary>NVIDIA's driver.</summary>
    Cuda,

    /// <summary>An OpenCL driver of version 2.0 or newer.</summary>
    OpenCL,

    /// <summary>No device at all: ILGPU's emulator, for tests.</summary>
    Emulator,
}

/// <summary>A device that training can run on.</summary>
/// <param name="Index">Its number, from 0: CUDA devices first, in the driver's order, then OpenCL's.</param>
/// <param name="Name">What the driver calls it.</param>
/// <param name="Api">How it is reached.</param>
/// <param name="MemoryBytes">All of its memory.</param>
/// <param name="Multiprocessors">Its multiprocessors, or compute units.</param>
/// <param name="IsProcessor">True for an OpenCL driver that computes on the processor: never chosen unless it is named.</param>
public sealed record GpuDevice(int Index, string Name, GpuApi Api, long MemoryBytes, int Multiprocessors, bool IsProcessor);
