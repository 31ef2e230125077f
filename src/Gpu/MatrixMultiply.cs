using ILGPU;
using ILGPU.Runtime;

namespace MLNet.GradientTrainers.Kernels.Gpu;

public sealed partial class GpuBackend
{
    /// <inheritdoc/>
    public void MatMul(Tensor<float> a, bool transposeA, Tensor<float> b, bool transposeB, Tensor<float> c, int m, int n, int k, bool accumulate = false) =>
        throw new NotImplementedException();

    /// <inheritdoc/>
    public void Affine<TRule>(TRule rule, Tensor<float> input, Tensor<float> weights, Tensor<float> bias, Tensor<float> output, int rows, int inputs, int outputs)
        where TRule : struct, IActivationRule =>
        throw new NotImplementedException();
}
