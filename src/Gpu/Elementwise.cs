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
        where TRule : struct, IActivationRule
    {
        Shapes.MapBackward(x, y, outputGradient, inputGradient);
        ArrayView<float> input = View(x);
        ArrayView<float> output = View(y);
        ArrayView<float> dy = View(outputGradient);
        ArrayView<float> dx = View(inputGradient);
        if (x.Length > 0)
        {
            Each<TRule, ArrayView<float>, ArrayView<float>, ArrayView<float>, ArrayView<float>>(MapBackwardKernel)(Session.Stream, x.Length, rule, input, output, dy, dx);
        }
    }

    /// <inheritdoc/>
    public void AddScaled(float alpha, Tensor<float> x, Tensor<float> y)
    {
        Shapes.Map(x, y);
        ArrayView<float> source = View(x);
        ArrayView<float> target = View(y);
        if (x.Length > 0)
        {
            Each<float, ArrayView<float>, ArrayView<float>>(AddScaledKernel)(Session.Stream, x.Length, alpha, source, target);
        }
    }

    /// <inheritdoc/>
    public void Dropout(double rate, ulong key, Tensor<float> x, Tensor<float> y)
    {
        Shapes.Dropout(rate, x, y);
        ArrayView<float> input = View(x);
        ArrayView<float> output = View(y);
        if (x.Length > 0)
        {
            Each<DropoutChoice, ArrayView<float>, ArrayView<float>>(DropoutKernel)(Session.Stream, x.Length, new DropoutChoice(rate, key), input, output);
        }
    }

    /// <inheritdoc/>
    public void Blend(float a, Tensor<float> x, float b, Tensor<float> y)
    {
        Shapes.Map(x, y);
        ArrayView<float> source = View(x);
        ArrayView<float> target = View(y);
        if (x.Length > 0)
        {
            Each<float, ArrayView<float>, float, ArrayView<float>>(BlendKernel)(Session.Stream, x.Length, a, source, b, target);
        }
    }

    /// <inheritdoc/>
    public void DropoutChannels(double rate, ulong key, Tensor<float> x, Tensor<float> y, int rows, int pixels, int channels)
    {
        Shapes.DropoutChannels(rate, x, y, rows, pixels, channels);
        ArrayView<float> input = View(x);
        ArrayView<float> output = View(y);
        if (x.Length > 0)
        {
            Each<DropoutChoice, int, int, ArrayView<float>, ArrayView<float>>(DropoutChannelsKernel)(
                Session.Stream, x.Length, new DropoutChoice(rate, key), pixels * channels, channels, input, output);
        }
    }

    /// <inheritdoc/>
    public void TransposeEach(Tensor<float> x, Tensor<float> y, int rows, int height, int width)
    {
        Shapes.TransposeEach(x, y, rows, height, width);
        ArrayView<float> source = View(x);
        ArrayView<float> target = View(y);
        if (x.Length > 0)
        {
            Each<int, int, ArrayView<float>, ArrayView<float>>(TransposeEachKernel)(Session.Stream, x.Length, height, width, source, target);
        }
    }

    internal static void MapKernel<TRule>(Index1D i, TRule rule, ArrayView<float> x, ArrayView<float> y)
        where TRule : struct, IActivationRule =>
        y[i] = rule.Forward(new GpuLane(x[i])).Value;

    internal static void MapBackwardKernel<TRule>(Index1D i, TRule rule, ArrayView<float> x, ArrayView<float> y, ArrayView<float> dy, ArrayView<float> dx)
        where TRule : struct, IActivationRule =>
        dx[i] = rule.Backward(new GpuLane(x[i]), new GpuLane(y[i]), new GpuLane(dy[i])).Value;

    internal static void AddScaledKernel(Index1D i, float alpha, ArrayView<float> x, ArrayView<float> y) => y[i] = (alpha * x[i]) + y[i];

    internal static void BlendKernel(Index1D i, float a, ArrayView<float> x, float b, ArrayView<float> y) => y[i] = (a * x[i]) + (b * y[i]);

    internal static void DropoutKernel(Index1D i, DropoutChoice choice, ArrayView<float> x, ArrayView<float> y) => y[i] = choice.Apply((uint)i.X, x[i]);

    internal static void DropoutChannelsKernel(Index1D i, DropoutChoice choice, int sample, int channels, ArrayView<float> x, ArrayView<float> y) =>
        y[i] = choice.Apply((uint)((i / sample * channels) + (i % channels)), x[i]);

    /// <summary>One thread for each element of y, whose neighbours it writes together.</summary>
    internal static void TransposeEachKernel(Index1D i, int height, int width, ArrayView<float> x, ArrayView<float> y)
    {
        int row = i % height;
        int rest = i / height;
        y[i] = x[(((rest / width * height) + row) * width) + (rest % width)];
    }

    /// <summary>What dropout keeps: the mask of every back end (<see cref="DropoutMask"/>).</summary>
    internal readonly struct DropoutChoice(double rate, ulong key)
    {
        private readonly ulong _key = key;
        private readonly uint _threshold = DropoutMask.Threshold(rate);
        private readonly float _scale = (float)(1 / (1 - rate));

        public float Apply(uint unit, float x) => DropoutMask.Hash(_key, unit) < _threshold ? 0 : x * _scale;
    }
}
