using ILGPU;
using ILGPU.Runtime;

namespace MLNet.GradientTrainers.Kernels.Gpu;

public sealed partial class GpuBackend
{
    /// <inheritdoc/>
    public void Map<TRule>(TRule rule, Tensor<float> x, Tensor<float> y)
        where TRule : struct, IActivationRule
    {
        Shapes.Map(x, y);
        ArrayView<float> input = View(x);
        ArrayView<float> output = View(y);
        if (x.Length > 0)
        {
            Each<TRule, ArrayView<float>, ArrayView<float>>(MapKernel)(Session.Stream, x.Length, rule, input, output);
        }
    }

    /// <inheritdoc/>
    public void MapBackward<TRule>(TRule rule, Tensor<float> x, Tensor<float> y, Tensor<float> outputGradient, Tensor<float> inputGradient)
        where TRule : struct, IActivationRule =>
        throw new NotImplementedException();

    /// <inheritdoc/>
    public void AddScaled(float alpha, Tensor<float> x, Tensor<float> y) =>
        throw new NotImplementedException();

    /// <inheritdoc/>
    public void Dropout(double rate, ulong key, Tensor<float> x, Tensor<float> y) =>
        throw new NotImplementedException();

    /// <inheritdoc/>
    public void Blend(float a, Tensor<float> x, float b, Tensor<float> y) =>
        throw new NotImplementedException();

    /// <inheritdoc/>
    public void DropoutChannels(double rate, ulong key, Tensor<float> x, Tensor<float> y, int rows, int pixels, int channels) =>
        throw new NotImplementedException();

    /// <inheritdoc/>
    public void TransposeEach(Tensor<float> x, Tensor<float> y, int rows, int height, int width) =>
        throw new NotImplementedException();

    internal static void MapKernel<TRule>(Index1D i, TRule rule, ArrayView<float> x, ArrayView<float> y)
        where TRule : struct, IActivationRule =>
        y[i] = rule.Forward(new GpuLane(x[i])).Value;
}
