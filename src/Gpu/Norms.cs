using ILGPU;
using ILGPU.Runtime;

namespace MLNet.GradientTrainers.Kernels.Gpu;

public sealed partial class GpuBackend
{
    /// <inheritdoc/>
    public void LimitColumnNorms(float limit, Tensor<float> x, int rows, int columns) =>
        throw new NotImplementedException();
}
