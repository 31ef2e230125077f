using ILGPU;
using ILGPU.Runtime;

namespace MLNet.GradientTrainers.Kernels.Gpu;

public sealed partial class GpuBackend
{
    /// <inheritdoc/>
    public double Sum(Tensor<float> x) =>
        throw new NotImplementedException();

    /// <inheritdoc/>
    public double SumOfSquares(Tensor<float> x) =>
        throw new NotImplementedException();

    /// <inheritdoc/>
    public void Sum(Tensor<float> x, Totals totals, int index) =>
        throw new NotImplementedException();

    /// <inheritdoc/>
    public void SumOfSquares(Tensor<float> x, Totals totals, int index) =>
        throw new NotImplementedException();

    /// <inheritdoc/>
    public double SumOfSquares(Tensor<float> x, ReadOnlySpan<int> rows, int columns) =>
        throw new NotImplementedException();
}
