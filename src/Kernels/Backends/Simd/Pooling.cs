using System.Runtime.CompilerServices;

namespace MLNet.GradientTrainers.Kernels;

public sealed unsafe partial class SimdBackend
{
    /// <inheritdoc/>
    public void MaxPool(in PoolingShape shape, Tensor<float> x, Tensor<float> y, int rows)
    {
        Shapes.MaxPool(shape, x, y, rows);
        MaxPoolJob job = new(shape, Pointer(x), Pointer(y));
        Run(ref job, rows * shape.OutputHeight, x.Length, 1);
        GC.KeepAlive(x.Buffer);
        GC.KeepAlive(y.Buffer);
    }

    /// <inheritdoc/>
    public void MaxPoolBackward(in PoolingShape shape, Tensor<float> x, Tensor<float> y, Tensor<float> outputGradient, Tensor<float> inputGradient, int rows)
    {
        Shapes.MaxPoolBackward(shape, x, y, outputGradient, inputGradient, rows);
        MaxPoolBackwardJob job = new(shape, Pointer(x), Pointer(y), Pointer(outputGradient), Pointer(inputGradient));
        Run(ref job, rows, 2L * x.Length, 1);
        GC.KeepAlive(x.Buffer);
        GC.KeepAlive(y.Buffer);
        GC.KeepAlive(outputGradient.Buffer);
        GC.KeepAlive(inputGradient.Buffer);
    }

    /// <inheritdoc/>
    public void AveragePool(in PoolingShape shape, Tensor<float> x, Tensor<float> y, int rows)
    {
        Shapes.AveragePool(shape, x, y, rows);
        AveragePoolJob job = new(shape, Pointer(x), Pointer(y));
        Run(ref job, rows * shape.OutputHeight, x.Length, 1);
        GC.KeepAlive(x.Buffer);
        GC.KeepAlive(y.Buffer);
    }

    /// <inheritdoc/>
    public void AveragePoolBackward(in PoolingShape shape, Tensor<float> outputGradient, Tensor<float> inputGradient, int rows)
    {
        Shapes.AveragePoolBackward(shape, outputGradient, inputGradient, rows);
        AveragePoolBackwardJob job = new(shape, Pointer(outputGradient), Pointer(inputGradient));
        Run(ref job, rows, inputGradient.Length, 1);
        GC.KeepAlive(outputGradient.Buffer);
        GC.KeepAlive(inputGradient.Buffer);
    }

    /// <summary>An item is one row of one sample's output; the lanes are channels.</summary>
    private readonly struct MaxPoolJob(PoolingShape shape, float* x, float* y) : IRangeJob
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        public void Run<TLane>(int start, int end)
            where TLane : struct, ISimdLane<TLane>
        {
            int channels = shape.Channels;
            nint inputRow = (nint)shape.Width * channels;
            int outputHeight = shape.OutputHeight;
            int outputWidth = shape.OutputWidth;
            for (int item = start; item < end; item++)
            {
                float* image = x + ((nint)(item / outputHeight) * shape.InputSize);
                float* output = y + ((nint)item * outputWidth * channels);
                for (int j = 0; j < outputWidth; j++, output += channels)
                {
                    PoolingWindow window = shape.Window(item % outputHeight, j);
                    for (int c = 0; c < channels; c += TLane.Count)
                    {
                        TLane max = TLane.Broadcast(float.NegativeInfinity);
                        for (int v = window.Top; v < window.Bottom; v++)
                        {
                            float* input = image + (v * inputRow) + ((nint)window.Left * channels) + c;
                            for (int u = window.Left; u < window.Right; u++, input += channels)
                            {
                                max = TLane.Max(max, TLane.Load(input));
                            }
                        }

                        Lanes.Store(max, output + c, channels - c);
                    }
                }
            }
        }
    }

    /// <summary>An item is a sample: where windows overlap, their gradients are added in one order.</summary>
    private readonly struct MaxPoolBackwardJob(PoolingShape shape, float* x, float* y, float* outputGradient, float* inputGradient) : IRangeJob
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        public void Run<TLane>(int start, int end)
            where TLane : struct, ISimdLane<TLane>
        {
            int channels = shape.Channels;
            nint inputRow = (nint)shape.Width * channels;
            int outputHeight = shape.OutputHeight;
            int outputWidth = shape.OutputWidth;

            // Windows side by side write each gradient once, and mostly leave none out.
            bool apart = shape.Stride.Height >= shape.Kernel.Height && shape.Stride.Width >= shape.Kernel.Width;
            bool covering = apart && shape.Stride == shape.Kernel && shape.Padding == 0 && shape.Height % shape.Kernel.Height == 0 && shape.Width % shape.Kernel.Width == 0;
            for (int n = start; n < end; n++)
            {
                float* image = x + ((nint)n * shape.InputSize);
                float* gradient = inputGradient + ((nint)n * shape.InputSize);
                nint output = (nint)n * shape.OutputSize;
                if (!covering)
                {
                    new Span<float>(gradient, shape.InputSize).Clear();
                }

                for (int i = 0; i < outputHeight; i++)
                {
                    for (int j = 0; j < outputWidth; j++, output += channels)
                    {
                        PoolingWindow window = shape.Window(i, j);
                        for (int c = 0; c < channels; c += TLane.Count)
                        {
                            // What has been given away is given no second time.
                            TLane max = TLane.Load(y + output + c);
                            TLane left = TLane.Load(outputGradient + output + c);
                            for (int v = window.Top; v < window.Bottom; v++)
                            {
                                nint place = (v * inputRow) + ((nint)window.Left * channels) + c;
                                for (int u = window.Left; u < window.Right; u++, place += channels)
                                {
                                    TLane found = TLane.EqualTo(TLane.Load(image + place), max);
                                    TLane sum = TLane.Select(found, left, default);
                                    sum = apart ? sum : TLane.Load(gradient + place) + sum;
                                    left = TLane.Select(found, default, left);
                                    Lanes.Store(sum, gradient + place, channels - c);
                                }
                            }
                        }
                    }
                }
            }
        }
    }

    private readonly struct AveragePoolJob(PoolingShape shape, float* x, float* y) : IRangeJob
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        public void Run<TLane>(int start, int end)
            where TLane : struct, ISimdLane<TLane>
        {
            int channels = shape.Channels;
            nint inputRow = (nint)shape.Width * channels;
            int outputHeight = shape.OutputHeight;
            int outputWidth = shape.OutputWidth;
            for (int item = start; item < end; item++)
            {
                float* image = x + ((nint)(item / outputHeight) * shape.InputSize);
                float* output = y + ((nint)item * outputWidth * channels);
                for (int j = 0; j < outputWidth; j++, output += channels)
                {
                    PoolingWindow window = shape.Window(item % outputHeight, j);
                    TLane count = TLane.Broadcast(window.Count);
                    for (int c = 0; c < channels; c += TLane.Count)
                    {
                        TLane sum = default;
                        for (int v = window.Top; v < window.Bottom; v++)
                        {
                            float* input = image + (v * inputRow) + ((nint)window.Left * channels) + c;
                            for (int u = window.Left; u < window.Right; u++, input += channels)
                            {
                                sum += TLane.Load(input);
                            }
                        }

                        Lanes.Store(sum / count, output + c, channels - c);
                    }
                }
            }
        }
    }

    private readonly struct AveragePoolBackwardJob(PoolingShape shape, float* outputGradient, float* inputGradient) : IRangeJob
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        public void Run<TLane>(int start, int end)
            where TLane : struct, ISimdLane<TLane>
        {
            int channels = shape.Channels;
            nint inputRow = (nint)shape.Width * channels;
            int outputHeight = shape.OutputHeight;
            int outputWidth = shape.OutputWidth;
            for (int n = start; n < end; n++)
            {
                float* gradient = inputGradient + ((nint)n * shape.InputSize);
                float* output = outputGradient + ((nint)n * shape.OutputSize);
                new Span<float>(gradient, shape.InputSize).Clear();
                for (int i = 0; i < outputHeight; i++)
                {
                    for (int j = 0; j < outputWidth; j++, output += channels)
                    {
                        PoolingWindow window = shape.Window(i, j);
                        TLane count = TLane.Broadcast(window.Count);
                        for (int c = 0; c < channels; c += TLane.Count)
                        {
                            TLane share = TLane.Load(output + c) / count;
                            for (int v = window.Top; v < window.Bottom; v++)
                            {
                                float* place = gradient + (v * inputRow) + ((nint)window.Left * channels) + c;
                                for (int u = window.Left; u < window.Right; u++, place += channels)
                                {
                                    Lanes.Store(TLane.Load(place) + share, place, channels - c);
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}
