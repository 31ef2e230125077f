using ILGPU;
using ILGPU.Runtime;

namespace MLNet.GradientTrainers.Kernels.Gpu;

public sealed partial class GpuBackend
{
    /// <inheritdoc/>
    public void SumRows(Tensor<float> x, Tensor<float> sums, int rows, int columns, bool accumulate = false) =>
        throw new NotImplementedException();

    /// <inheritdoc/>
    public void Softmax(Tensor<float> x, Tensor<float> y, int rows, int columns) =>
        throw new NotImplementedException();

    /// <inheritdoc/>
    public void SoftmaxBackward(Tensor<float> y, Tensor<float> outputGradient, Tensor<float> inputGradient, int rows, int columns) =>
        throw new NotImplementedException();

    /// <inheritdoc/>
    public void Matches(Tensor<float> prediction, Tensor<float> target, Tensor<float> weights, Tensor<float> matches, int rows, int columns) =>
        throw new NotImplementedException();
}
