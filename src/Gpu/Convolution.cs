using ILGPU;
using ILGPU.Runtime;

namespace MLNet.GradientTrainers.Kernels.Gpu;

public sealed partial class GpuBackend
{
    /// <inheritdoc/>
    public void Convolution<TRule>(TRule rule, in ConvolutionShape shape, Tensor<float> input, Tensor<float> weights, Tensor<float> bias, Tensor<float> output, int rows)
        where TRule : struct, IActivationRule =>
        throw new NotImplementedException();

    /// <inheritdoc/>
    public void ConvolutionInputGradient(in ConvolutionShape shape, Tensor<float> outputGradient, Tensor<float> weights, Tensor<float> inputGradient, int rows) =>
        throw new NotImplementedException();

    /// <inheritdoc/>
    public void ConvolutionWeightGradient(in ConvolutionShape shape, Tensor<float> input, Tensor<float> outputGradient, Tensor<float> weightGradient, int rows) =>
        throw new NotImplementedException();
}
