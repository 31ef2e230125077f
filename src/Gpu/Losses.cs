using ILGPU;
using ILGPU.Runtime;

namespace MLNet.GradientTrainers.Kernels.Gpu;

public sealed partial class GpuBackend
{
    /// <inheritdoc/>
    public void ElementLoss<TRule>(TRule rule, in LossPass<float> pass)
        where TRule : struct, ILossRule =>
        throw new NotImplementedException();

    /// <inheritdoc/>
    public void SoftmaxCrossEntropy(double smoothing, in LossPass<float> pass) =>
        throw new NotImplementedException();
}
