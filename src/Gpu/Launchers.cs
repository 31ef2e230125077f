using ILGPU;
using ILGPU.Runtime;

namespace MLNet.GradientTrainers.Kernels.Gpu;

/// <summary>Launchers of kernels by their number of arguments: <c>Each</c> for one thread an index, <c>Groups</c> for groups of threads that share memory.</summary>
public sealed partial class GpuBackend
{
    private Action<AcceleratorStream, Index1D, T1> Each<T1>(Action<Index1D, T1> kernel)
        where T1 : struct =>
        Session.Kernel(kernel, static (accelerator, k) => accelerator.LoadAutoGroupedKernel(k));

    private Action<AcceleratorStream, Index1D, T1, T2> Each<T1, T2>(Action<Index1D, T1, T2> kernel)
        where T1 : struct
        where T2 : struct =>
        Session.Kernel(kernel, static (accelerator, k) => accelerator.LoadAutoGroupedKernel(k));

    private Action<AcceleratorStream, Index1D, T1, T2, T3> Each<T1, T2, T3>(Action<Index1D, T1, T2, T3> kernel)
        where T1 : struct
        where T2 : struct
        where T3 : struct =>
        Session.Kernel(kernel, static (accelerator, k) => accelerator.LoadAutoGroupedKernel(k));

    private Action<AcceleratorStream, Index1D, T1, T2, T3, T4> Each<T1, T2, T3, T4>(Action<Index1D, T1, T2, T3, T4> kernel)
        where T1 : struct
        where T2 : struct
        where T3 : struct
        where T4 : struct =>
        Session.Kernel(kernel, static (accelerator, k) => accelerator.LoadAutoGroupedKernel(k));

    private Action<AcceleratorStream, Index1D, T1, T2, T3, T4, T5> Each<T1, T2, T3, T4, T5>(Action<Index1D, T1, T2, T3, T4, T5> kernel)
        where T1 : struct
        where T2 : struct
        where T3 : struct
        where T4 : struct
        where T5 : struct =>
        Session.Kernel(kernel, static (accelerator, k) => accelerator.LoadAutoGroupedKernel(k));

    private Action<AcceleratorStream, KernelConfig, T1> Groups<T1>(Action<T1> kernel)
        where T1 : struct =>
        Session.Kernel(kernel, static (accelerator, k) => accelerator.LoadKernel(k));

    private Action<AcceleratorStream, KernelConfig, T1, T2> Groups<T1, T2>(Action<T1, T2> kernel)
        where T1 : struct
        where T2 : struct =>
        Session.Kernel(kernel, static (accelerator, k) => accelerator.LoadKernel(k));

    private Action<AcceleratorStream, KernelConfig, T1, T2, T3> Groups<T1, T2, T3>(Action<T1, T2, T3> kernel)
        where T1 : struct
        where T2 : struct
        where T3 : struct =>
        Session.Kernel(kernel, static (accelerator, k) => accelerator.LoadKernel(k));

    private Action<AcceleratorStream, KernelConfig, T1, T2, T3, T4> Groups<T1, T2, T3, T4>(Action<T1, T2, T3, T4> kernel)
        where T1 : struct
        where T2 : struct
        where T3 : struct
        where T4 : struct =>
        Session.Kernel(kernel, static (accelerator, k) => accelerator.LoadKernel(k));

    private Action<AcceleratorStream, KernelConfig, T1, T2, T3, T4, T5> Groups<T1, T2, T3, T4, T5>(Action<T1, T2, T3, T4, T5> kernel)
        where T1 : struct
        where T2 : struct
        where T3 : struct
        where T4 : struct
        where T5 : struct =>
        Session.Kernel(kernel, static (accelerator, k) => accelerator.LoadKernel(k));
}
