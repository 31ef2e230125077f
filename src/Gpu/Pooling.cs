using ILGPU;
using ILGPU.Runtime;

namespace MLNet.GradientTrainers.Kernels.Gpu;

public sealed partial class GpuBackend
{
    /// <inheritdoc/>
    public void MaxPool(in PoolingShape shape, Tensor<float> x, Tensor<float> y, int rows) =>
        throw new NotImplementedException();

    /// <inheritdoc/>
    public void MaxPoolBackward(in PoolingShape shape, Tensor<float> x, Tensor<float> y, Tensor<float> outputGradient, Tensor<float> inputGradient, int rows) =>
        throw new NotImplementedException();

    /// <inheritdoc/>
    public void AveragePool(in PoolingShape shape, Tensor<float> x, Tensor<float> y, int rows) =>
        throw new NotImplementedException();

    /// <inheritdoc/>
    public void AveragePoolBackward(in PoolingShape shape, Tensor<float> outputGradient, Tensor<float> inputGradient, int rows) =>
        throw new NotImplementedException();
}
