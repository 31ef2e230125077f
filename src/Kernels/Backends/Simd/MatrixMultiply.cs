using System.Runtime.CompilerServices;

namespace MLNet.GradientTrainers.Kernels;

public sealed unsafe partial class SimdBackend
{
    private readonly Scratch _scratch = new();

    /// <inheritdoc/>
    public void MatMul(Tensor<float> a, bool transposeA, Tensor<float> b, bool transposeB, Tensor<float> c, int m, int n, int k, bool accumulate = false)
    {
        Shapes.MatMul(a, b, c, m, n, k);
        if (!accumulate)
        {
            Span(c).Clear();
        }

        Multiply(Pointer(a), transposeA, Pointer(b), transposeB, Pointer(c), m, n, k);
        GC.KeepAlive(a.Buffer);
        GC.KeepAlive(b.Buffer);
        GC.KeepAlive(c.Buffer);
    }

    /// <inheritdoc/>
    public void Affine<TRule>(TRule rule, Tensor<float> input, Tensor<float> weights, Tensor<float> bias, Tensor<float> output, int rows, int inputs, int outputs)
        where TRule : struct, IActivationRule
    {
        Shapes.Affine(input, weights, bias, output, rows, inputs, outputs);
        for (int i = 0; i < rows; i++)
        {
            Span<float> row = Span(output).Slice(i * outputs, outputs);
            if (bias.IsNone)
            {
                row.Clear();
            }
            else
            {
                Span(bias).CopyTo(row);
            }
        }

        Multiply(Pointer(input), false, Pointer(weights), false, Pointer(output), rows, outputs, inputs);
        GC.KeepAlive(input.Buffer);
        GC.KeepAlive(weights.Buffer);
        GC.KeepAlive(bias.Buffer);
        Map(rule, output, output);
    }

    private void Multiply(float* a, bool transposeA, float* b, bool transposeB, float* c, int m, int n, int k)
    {
        if (transposeB)
        {
            float* copy = _scratch.Reserve((long)k * n);
            for (int j = 0; j < n; j++)
            {
                for (int p = 0; p < k; p++)
                {
                    copy[((long)p * n) + j] = b[((long)j * k) + p];
                }
            }

            b = copy;
        }

        ProductJob job = new(a, transposeA ? 1 : k, transposeA ? m : 1, b, c, n, k);
        Run(ref job, m, (long)m * n * k, 1);
    }

    private readonly struct ProductJob(float* a, int rowStride, int stride, float* b, float* c, int n, int k) : IRangeJob
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run<TLane>(int start, int end)
            where TLane : struct, ISimdLane<TLane>
        {
            for (int i = start; i < end; i++)
            {
                float* row = c + ((long)i * n);
                for (int p = 0; p < k; p++)
                {
                    TLane x = TLane.Broadcast(a[((long)i * rowStride) + ((long)p * stride)]);
                    float* y = b + ((long)p * n);
                    for (int j = 0; j < n; j += TLane.Count)
                    {
                        Lanes.Store(TLane.FusedMultiplyAdd(x, TLane.Load(y + j), TLane.Load(row + j)), row + j, n - j);
                    }
                }
            }
        }
    }
}
