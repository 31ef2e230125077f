using System.Runtime.CompilerServices;

namespace MLNet.GradientTrainers.Kernels;

// Depthwise convolutions: every channel has its own filter, so that the lanes are channels and an image is read where it lies.

/// <summary>An item is one row of one sample's output.</summary>
internal readonly unsafe struct DepthwiseJob<TRule>(TRule rule, ConvolutionShape shape, float* input, float* weights, float* bias, float* output) : IRangeJob
    where TRule : struct, IActivationRule
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public void Run<TLane>(int start, int end)
        where TLane : struct, ISimdLane<TLane>
    {
        TRule f = rule;
        int channels = shape.Channels;
        for (int item = start; item < end; item++)
        {
            float* image = input + ((nint)(item / shape.OutputHeight) * shape.InputSize);
            float* target = output + ((nint)item * shape.OutputWidth * channels);
            int top = (item % shape.OutputHeight * shape.Stride.Height) - shape.Padding.Height;
            for (int x = 0; x < shape.OutputWidth; x++, target += channels)
            {
                int left = (x * shape.Stride.Width) - shape.Padding.Width;
                for (int c = 0; c < channels; c += TLane.Count)
                {
                    TLane sum = bias is null ? default : TLane.Load(bias + c);
                    for (int v = 0; v < shape.Kernel.Height; v++)
                    {
                        int inputY = top + (v * shape.Dilation.Height);
                        if ((uint)inputY >= (uint)shape.Height)
                        {
                            continue;
                        }

                        for (int u = 0; u < shape.Kernel.Width; u++)
                        {
                            int inputX = left + (u * shape.Dilation.Width);
                            if ((uint)inputX < (uint)shape.Width)
                            {
                                TLane value = TLane.Load(image + ((((nint)inputY * shape.Width) + inputX) * channels) + c);
                                sum = TLane.FusedMultiplyAdd(value, TLane.Load(weights + ((((nint)v * shape.Kernel.Width) + u) * channels) + c), sum);
                            }
                        }
                    }

                    Lanes.Store(f.Forward(sum), target + c, channels - c);
                }
            }
        }
    }
}

/// <summary>An item is one row of one sample's input.</summary>
internal readonly unsafe struct DepthwiseInputGradientJob(ConvolutionShape shape, float* outputGradient, float* weights, float* inputGradient) : IRangeJob
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public void Run<TLane>(int start, int end)
        where TLane : struct, ISimdLane<TLane>
    {
        int channels = shape.Channels;
        for (int item = start; item < end; item++)
        {
            float* image = outputGradient + ((nint)(item / shape.Height) * shape.OutputSize);
            float* target = inputGradient + ((nint)item * shape.Width * channels);
            for (int x = 0; x < shape.Width; x++, target += channels)
            {
                for (int c = 0; c < channels; c += TLane.Count)
                {
                    TLane sum = default;
                    for (int v = shape.Kernel.Height - 1; v >= 0; v--)
                    {
                        int y = Output((item % shape.Height) + shape.Padding.Height - (v * shape.Dilation.Height), shape.Stride.Height, shape.OutputHeight);
                        for (int u = shape.Kernel.Width - 1; u >= 0 && y >= 0; u--)
                        {
                            int outputX = Output(x + shape.Padding.Width - (u * shape.Dilation.Width), shape.Stride.Width, shape.OutputWidth);
                            if (outputX >= 0)
                            {
                                TLane value = TLane.Load(image + ((((nint)y * shape.OutputWidth) + outputX) * channels) + c);
                                sum = TLane.FusedMultiplyAdd(value, TLane.Load(weights + ((((nint)v * shape.Kernel.Width) + u) * channels) + c), sum);
                            }
                        }
                    }

                    Lanes.Store(sum, target + c, channels - c);
                }
            }
        }
    }

    /// <summary>The output that begins at a place of the padded input; −1 when none does.</summary>
    private static int Output(int place, int stride, int outputs) => place >= 0 && place % stride == 0 && place / stride < outputs ? place / stride : -1;
}

/// <summary>An item is one tap of all filters.</summary>
internal readonly unsafe struct DepthwiseWeightGradientJob(ConvolutionShape shape, float* input, float* outputGradient, float* weightGradient, int rows) : IRangeJob
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public void Run<TLane>(int start, int end)
        where TLane : struct, ISimdLane<TLane>
    {
        int channels = shape.Channels;
        for (int item = start; item < end; item++)
        {
            int v = (item / shape.Kernel.Width * shape.Dilation.Height) - shape.Padding.Height;
            int u = (item % shape.Kernel.Width * shape.Dilation.Width) - shape.Padding.Width;
            for (int c = 0; c < channels; c += TLane.Count)
            {
                TLane sum = default;
                for (int n = 0; n < rows; n++)
                {
                    for (int y = 0; y < shape.OutputHeight; y++)
                    {
                        int inputY = (y * shape.Stride.Height) + v;
                        if ((uint)inputY >= (uint)shape.Height)
                        {
                            continue;
                        }

                        float* image = input + ((((nint)n * shape.Height) + inputY) * shape.Width * channels) + c;
                        float* gradient = outputGradient + ((((nint)n * shape.OutputHeight) + y) * shape.OutputWidth * channels) + c;
                        for (int x = 0; x < shape.OutputWidth; x++, gradient += channels)
                        {
                            int inputX = (x * shape.Stride.Width) + u;
                            if ((uint)inputX < (uint)shape.Width)
                            {
                                sum = TLane.FusedMultiplyAdd(TLane.Load(image + ((nint)inputX * channels)), TLane.Load(gradient), sum);
                            }
                        }
                    }
                }

                Lanes.Store(sum, weightGradient + ((nint)item * channels) + c, channels - c);
            }
        }
    }
}
