using ILGPU;
using ILGPU.Runtime;

namespace MLNet.GradientTrainers.Kernels.Gpu;

public sealed partial class GpuBackend
{
    /// <inheritdoc/>
    public void UpdateRows<TRule>(ReadOnlySpan<UpdateStep<TRule>> steps, IdleSteps idle, in UpdatePass<float> pass, ReadOnlySpan<int> rows, ReadOnlySpan<int> taken, int columns)
        where TRule : struct, IUpdateRule =>
        throw new NotImplementedException();

    /// <inheritdoc/>
    public void Update<TRule>(TRule rule, in UpdatePass<float> pass)
        where TRule : struct, IUpdateRule =>
        throw new NotImplementedException();
}
