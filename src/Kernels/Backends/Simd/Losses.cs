using System.Runtime.CompilerServices;

namespace MLNet.GradientTrainers.Kernels;

public sealed unsafe partial class SimdBackend
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void ElementLoss<TRule>(TRule rule, in LossPass<float> pass)
        where TRule : struct, ILossRule
    {
        Shapes.Loss(pass);
        ElementLossJob<TRule> job = new(rule, new LossPointers(pass));
        Run(ref job, pass.Rows, pass.Prediction.Length, Line);
        KeepAlive(pass);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void SoftmaxCrossEntropy(double smoothing, in LossPass<float> pass)
    {
        Shapes.SoftmaxCrossEntropy(smoothing, pass);
        SoftmaxCrossEntropyJob job = new((float)(1 - smoothing), (float)(smoothing / pass.Columns), new LossPointers(pass));
        Run(ref job, pass.Rows, 3L * pass.Prediction.Length, Line);
        KeepAlive(pass);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void KeepAlive(in LossPass<float> pass)
    {
        GC.KeepAlive(pass.Prediction.Buffer);
        GC.KeepAlive(pass.Target.Buffer);
        GC.KeepAlive(pass.Weights.Buffer);
        GC.KeepAlive(pass.RowLosses.Buffer);
        GC.KeepAlive(pass.Gradient.Buffer);
    }

    /// <summary>The addresses of a <see cref="LossPass{T}"/>; weights and gradient may be null.</summary>
    private readonly struct LossPointers(in LossPass<float> pass)
    {
        public readonly float* Prediction = Pointer(pass.Prediction);
        public readonly float* Target = Pointer(pass.Target);
        public readonly float* Weights = Pointer(pass.Weights);
        public readonly float* RowLosses = Pointer(pass.RowLosses);
        public readonly float* Gradient = Pointer(pass.Gradient);
        public readonly float Scale = (float)pass.Scale;
        public readonly int Columns = pass.Columns;
    }

    private readonly struct ElementLossJob<TRule>(TRule rule, LossPointers pass) : IRangeJob
        where TRule : struct, ILossRule
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        public void Run<TLane>(int start, int end)
            where TLane : struct, ISimdLane<TLane>
        {
            if (pass.Columns == 1)
            {
                Single<TLane>(start, end);
                return;
            }

            TRule loss = rule;
            float* numbers = stackalloc float[Lanes.Virtual];
            int columns = pass.Columns;
            for (int i = start; i < end; i++)
            {
                float* prediction = pass.Prediction + ((long)i * columns);
                float* target = pass.Target + ((long)i * columns);
                float* gradient = pass.Gradient is null ? null : pass.Gradient + ((long)i * columns);
                float weight = pass.Weights is null ? 1f : pass.Weights[i];
                TLane factor = TLane.Broadcast(pass.Scale * weight);
                Lanes.Fill(numbers, default(TLane));
                for (int j = 0; j < columns; j += TLane.Count)
                {
                    TLane p = TLane.Load(prediction + j);
                    TLane t = TLane.Load(target + j);
                    Lanes.Accumulate(numbers, j, Lanes.Keep(loss.Value(p, t), default, columns - j));
                    if (gradient is not null)
                    {
                        Lanes.Store(factor * loss.Derivative(p, t), gradient + j, columns - j);
                    }
                }

                pass.RowLosses[i] = weight * Lanes.Sum(numbers);
            }
        }

        /// <summary>One output: the rows lie side by side.</summary>
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private void Single<TLane>(int start, int end)
            where TLane : struct, ISimdLane<TLane>
        {
            TRule loss = rule;
            TLane scale = TLane.Broadcast(pass.Scale);
            for (int i = start; i < end; i += TLane.Count)
            {
                TLane p = TLane.Load(pass.Prediction + i);
                TLane t = TLane.Load(pass.Target + i);
                TLane weight = pass.Weights is null ? TLane.Broadcast(1) : TLane.Load(pass.Weights + i);
                Lanes.Store(weight * loss.Value(p, t), pass.RowLosses + i, end - i);
                if (pass.Gradient is not null)
                {
                    Lanes.Store(scale * weight * loss.Derivative(p, t), pass.Gradient + i, end - i);
                }
            }
        }
    }

    private readonly struct SoftmaxCrossEntropyJob(float keep, float share, LossPointers pass) : IRangeJob
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        public void Run<TLane>(int start, int end)
            where TLane : struct, ISimdLane<TLane>
        {
            float* numbers = stackalloc float[2 * Lanes.Virtual];
            float* masses = numbers + Lanes.Virtual;
            int columns = pass.Columns;
            TLane kept = TLane.Broadcast(keep);
            TLane shared = TLane.Broadcast(share);
            for (int i = start; i < end; i++)
            {
                float* logits = pass.Prediction + ((long)i * columns);
                float* targets = pass.Target + ((long)i * columns);
                float* gradient = pass.Gradient is null ? null : pass.Gradient + ((long)i * columns);
                float weight = pass.Weights is null ? 1f : pass.Weights[i];

                TLane max = TLane.Broadcast(RowMax<TLane>(logits, columns, numbers));
                Lanes.Fill(numbers, default(TLane));
                Lanes.Fill(masses, default(TLane));
                TLane first = default;
                for (int j = 0; j < columns; j += TLane.Count)
                {
                    TLane target = (kept * TLane.Load(targets + j)) + shared;
                    TLane power = TLane.Exp(TLane.Load(logits + j) - max);
                    first = j == 0 ? power : first;
                    Lanes.Accumulate(numbers, j, Lanes.Keep(power, default, columns - j));
                    Lanes.Accumulate(masses, j, Lanes.Keep(target, default, columns - j));
                }

                TLane sum = TLane.Broadcast(Lanes.Sum(numbers));
                TLane mass = TLane.Broadcast(Lanes.Sum(masses));
                TLane logSum = TLane.Log(sum);
                TLane factor = TLane.Broadcast(pass.Scale * weight);

                // 0, and NaN if the row has a NaN.
                TLane nothing = logSum - logSum;
                Lanes.Fill(numbers, default(TLane));
                for (int j = 0; j < columns; j += TLane.Count)
                {
                    TLane target = (kept * TLane.Load(targets + j)) + shared;
                    TLane shifted = TLane.Load(logits + j) - max;

                    // A logit of −∞ has probability 0; where nothing is wanted there it costs nothing: 0 · log 0 = 0.
                    TLane term = TLane.Select(TLane.EqualTo(target, default), nothing, target * (logSum - shifted));
                    Lanes.Accumulate(numbers, j, Lanes.Keep(term, default, columns - j));
                    if (gradient is not null)
                    {
                        // Few classes are in the first lanes, whose powers are at hand.
                        TLane power = j == 0 ? first : TLane.Exp(shifted);
                        Lanes.Store(factor * ((power / sum * mass) - target), gradient + j, columns - j);
                    }
                }

                pass.RowLosses[i] = weight * Lanes.Sum(numbers);
            }
        }
    }
}
