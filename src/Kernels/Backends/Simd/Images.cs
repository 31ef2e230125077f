using System.Runtime.CompilerServices;

namespace MLNet.GradientTrainers.Kernels;

public sealed unsafe partial class SimdBackend
{
    /// <inheritdoc/>
    public void Blend(float a, Tensor<float> x, float b, Tensor<float> y)
    {
        Shapes.Map(x, y);
        BlendJob job = new(a, Pointer(x), b, Pointer(y));
        Run(ref job, x.Length, x.Length, Line);
        GC.KeepAlive(x.Buffer);
        GC.KeepAlive(y.Buffer);
    }

    /// <inheritdoc/>
    public void DropoutChannels(double rate, ulong key, Tensor<float> x, Tensor<float> y, int rows, int pixels, int channels)
    {
        Shapes.DropoutChannels(rate, x, y, rows, pixels, channels);
        if (x.Length > 0)
        {
            // The mask is a dropout of ones, one for each channel of each sample.
            float* mask = _scratch.Reserve((long)rows * channels);
            new Span<float>(mask, rows * channels).Fill(1);
            DropoutJob dropout = new(DropoutMask.Threshold(rate), key, (float)(1 / (1 - rate)), mask, mask);
            Run(ref dropout, rows * channels, (long)rows * channels, Line);
            ScaleChannelsJob job = new(Pointer(x), mask, Pointer(y), pixels, channels);
            Run(ref job, rows, x.Length, 1);
        }

        GC.KeepAlive(x.Buffer);
        GC.KeepAlive(y.Buffer);
    }

    /// <inheritdoc/>
    public void TransposeEach(Tensor<float> x, Tensor<float> y, int rows, int height, int width)
    {
        Shapes.TransposeEach(x, y, rows, height, width);
        TransposeJob job = new(Pointer(x), Pointer(y), height, width);
        Run(ref job, rows, x.Length, 1);
        GC.KeepAlive(x.Buffer);
        GC.KeepAlive(y.Buffer);
    }

    private readonly struct BlendJob(float a, float* x, float b, float* y) : IRangeJob
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        public void Run<TLane>(int start, int end)
            where TLane : struct, ISimdLane<TLane>
        {
            TLane first = TLane.Broadcast(a);
            TLane second = TLane.Broadcast(b);
            float* source = x;
            float* target = y;
            for (int i = start; i < end; i += TLane.Count)
            {
                Lanes.Store(TLane.FusedMultiplyAdd(first, TLane.Load(source + i), second * TLane.Load(target + i)), target + i, end - i);
            }
        }
    }

    private readonly struct ScaleChannelsJob(float* x, float* mask, float* y, int pixels, int channels) : IRangeJob
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        public void Run<TLane>(int start, int end)
            where TLane : struct, ISimdLane<TLane>
        {
            for (int n = start; n < end; n++)
            {
                float* factors = mask + ((nint)n * channels);
                nint pixel = (nint)n * pixels * channels;
                for (int p = 0; p < pixels; p++, pixel += channels)
                {
                    for (int c = 0; c < channels; c += TLane.Count)
                    {
                        // A dropped infinity is 0, not NaN.
                        TLane factor = TLane.Load(factors + c);
                        TLane value = TLane.Select(TLane.EqualTo(factor, default), default, TLane.Load(x + pixel + c) * factor);
                        Lanes.Store(value, y + pixel + c, channels - c);
                    }
                }
            }
        }
    }

    private readonly struct TransposeJob(float* x, float* y, int height, int width) : IRangeJob
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        public void Run<TLane>(int start, int end)
            where TLane : struct, ISimdLane<TLane>
        {
            nint size = (nint)height * width;
            for (int n = start; n < end; n++)
            {
                Packing.Transpose(x + (n * size), width, y + (n * size), height, width, height);
            }
        }
    }
}
