using ILGPU;
using ILGPU.Runtime;

namespace MLNet.GradientTrainers.Kernels.Gpu;

public sealed partial class GpuBackend
{
    /// <inheritdoc/>
    public void SparseAffine<TRule>(TRule rule, SparseBatch<float> input, Tensor<float> weights, Tensor<float> bias, Tensor<float> output, int outputs)
        where TRule : struct, IActivationRule =>
        throw new NotImplementedException();

    /// <inheritdoc/>
    public void SparseWeightGradient(SparseBatch<float> input, Tensor<float> outputGradient, Tensor<float> weightGradient, int outputs) =>
        throw new NotImplementedException();

    /// <inheritdoc/>
    public void FillRows(Tensor<float> destination, float value, ReadOnlySpan<int> rows, int columns) =>
        throw new NotImplementedException();
}
