using ILGPU;
using ILGPU.Runtime;

namespace MLNet.GradientTrainers.Kernels.Gpu;

public sealed partial class GpuBackend
{
    /// <inheritdoc/>
    public void ColumnMoments(Tensor<float> x, Tensor<float> mean, Tensor<float> variance, int rows, int columns) =>
        throw new NotImplementedException();

    /// <inheritdoc/>
    public void ScaleColumns(Tensor<float> mean, Tensor<float> scale, Tensor<float> x, Tensor<float> y, int rows, int columns) =>
        throw new NotImplementedException();

    /// <inheritdoc/>
    public void NormalizeColumns(in NormalizationPass<float> pass, Tensor<float> x, Tensor<float> y, int rows, int columns) =>
        throw new NotImplementedException();

    /// <inheritdoc/>
    public void NormalizeColumnsBackward( in NormalizationPass<float> pass, Tensor<float> x, Tensor<float> outputGradient, Tensor<float> inputGradient, Tensor<float> scaleGradient, Tensor<float> shiftGradient, bool ownMoments, int rows, int columns) =>
        throw new NotImplementedException();

    /// <inheritdoc/>
    public void NormalizeRows(in NormalizationPass<float> pass, Tensor<float> x, Tensor<float> y, int rows, int columns) =>
        throw new NotImplementedException();

    /// <inheritdoc/>
    public void NormalizeRowsBackward( in NormalizationPass<float> pass, Tensor<float> x, Tensor<float> outputGradient, Tensor<float> inputGradient, Tensor<float> scaleGradient, Tensor<float> shiftGradient, int rows, int columns) =>
        throw new NotImplementedException();
}
