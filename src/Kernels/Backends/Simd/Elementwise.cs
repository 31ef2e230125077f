using System.Runtime.CompilerServices;

namespace MLNet.GradientTrainers.Kernels;

public sealed unsafe partial class SimdBackend
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Map<TRule>(TRule rule, Tensor<float> x, Tensor<float> y)
        where TRule : struct, IActivationRule
    {
        Shapes.Map(x, y);
        MapJob<TRule> job = new(rule, Pointer(x), Pointer(y));
        Run(ref job, x.Length, x.Length, Line);
        GC.KeepAlive(x.Buffer);
        GC.KeepAlive(y.Buffer);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void MapBackward<TRule>(TRule rule, Tensor<float> x, Tensor<float> y, Tensor<float> outputGradient, Tensor<float> inputGradient)
        where TRule : struct, IActivationRule
    {
        Shapes.MapBackward(x, y, outputGradient, inputGradient);
        MapBackwardJob<TRule> job = new(rule, Pointer(x), Pointer(y), Pointer(outputGradient), Pointer(inputGradient));
        Run(ref job, x.Length, x.Length, Line);
        GC.KeepAlive(x.Buffer);
        GC.KeepAlive(y.Buffer);
        GC.KeepAlive(outputGradient.Buffer);
        GC.KeepAlive(inputGradient.Buffer);
    }

    /// <inheritdoc/>
    public void AddScaled(float alpha, Tensor<float> x, Tensor<float> y)
    {
        Shapes.Map(x, y);
        AddScaledJob job = new(alpha, Pointer(x), Pointer(y));
        Run(ref job, x.Length, x.Length, Line);
        GC.KeepAlive(x.Buffer);
        GC.KeepAlive(y.Buffer);
    }

    /// <inheritdoc/>
    public void Dropout(double rate, ulong key, Tensor<float> x, Tensor<float> y)
    {
        Shapes.Dropout(rate, x, y);
        DropoutJob job = new(DropoutMask.Threshold(rate), key, (float)(1 / (1 - rate)), Pointer(x), Pointer(y));
        Run(ref job, x.Length, x.Length, Line);
        GC.KeepAlive(x.Buffer);
        GC.KeepAlive(y.Buffer);
    }

    private readonly struct MapJob<TRule>(TRule rule, float* x, float* y) : IRangeJob
        where TRule : struct, IActivationRule
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        public void Run<TLane>(int start, int end)
            where TLane : struct, ISimdLane<TLane>
        {
            TRule f = rule;
            float* input = x;
            float* output = y;
            for (int i = start; i < end; i += TLane.Count)
            {
                Lanes.Store(f.Forward(TLane.Load(input + i)), output + i, end - i);
            }
        }
    }

    private readonly struct MapBackwardJob<TRule>(TRule rule, float* x, float* y, float* outputGradient, float* inputGradient) : IRangeJob
        where TRule : struct, IActivationRule
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        public void Run<TLane>(int start, int end)
            where TLane : struct, ISimdLane<TLane>
        {
            TRule f = rule;
            float* input = x;
            float* output = y;
            float* dy = outputGradient;
            float* dx = inputGradient;
            for (int i = start; i < end; i += TLane.Count)
            {
                Lanes.Store(f.Backward(TLane.Load(input + i), TLane.Load(output + i), TLane.Load(dy + i)), dx + i, end - i);
            }
        }
    }

    private readonly struct AddScaledJob(float alpha, float* x, float* y) : IRangeJob
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        public void Run<TLane>(int start, int end)
            where TLane : struct, ISimdLane<TLane>
        {
            TLane factor = TLane.Broadcast(alpha);
            float* source = x;
            float* target = y;
            for (int i = start; i < end; i += TLane.Count)
            {
                Lanes.Store(TLane.FusedMultiplyAdd(factor, TLane.Load(source + i), TLane.Load(target + i)), target + i, end - i);
            }
        }
    }

    /// <summary><see cref="DropoutMask.Hash"/>, several indices at once.</summary>
    private readonly struct DropoutJob(uint threshold, ulong key, float scale, float* x, float* y) : IRangeJob
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        public void Run<TLane>(int start, int end)
            where TLane : struct, ISimdLane<TLane>
        {
            float* input = x;
            float* output = y;
            TLane low = TLane.BroadcastBits((uint)key);
            TLane high = TLane.BroadcastBits((uint)(key >> 32));
            TLane limit = TLane.BroadcastBits(threshold);
            TLane factor = TLane.Broadcast(scale);
            for (int i = start; i < end; i += TLane.Count)
            {
                TLane index = TLane.AddBits(TLane.BroadcastBits((uint)i), TLane.Indices);
                TLane hash = Mix(TLane.AddBits(Mix(TLane.Xor(index, low)), high));
                TLane kept = TLane.Load(input + i) * factor;
                Lanes.Store(TLane.Select(TLane.GreaterOrEqualBits(hash, limit), kept, TLane.Broadcast(0f)), output + i, end - i);
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static TLane Mix<TLane>(TLane x)
            where TLane : struct, ISimdLane<TLane>
        {
            x = TLane.Xor(x, TLane.ShiftRightLogical(x, 16));
            x = TLane.MultiplyBits(x, TLane.BroadcastBits(0x7feb352dU));
            x = TLane.Xor(x, TLane.ShiftRightLogical(x, 15));
            x = TLane.MultiplyBits(x, TLane.BroadcastBits(0x846ca68bU));
            return TLane.Xor(x, TLane.ShiftRightLogical(x, 16));
        }
    }
}
