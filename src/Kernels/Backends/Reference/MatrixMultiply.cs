namespace MLNet.GradientTrainers.Kernels;

public sealed partial class ReferenceBackend<T>
{
    /// <inheritdoc/>
    public void MatMul(Tensor<T> a, bool transposeA, Tensor<T> b, bool transposeB, Tensor<T> c, int m, int n, int k, bool accumulate = false)
    {
        Shapes.MatMul(a, b, c, m, n, k);
        Span<T> left = Span(a);
        Span<T> right = Span(b);
        Span<T> result = Span(c);
        for (int i = 0; i < m; i++)
        {
            for (int j = 0; j < n; j++)
            {
                T sum = accumulate ? result[(i * n) + j] : T.Zero;
                for (int p = 0; p < k; p++)
                {
                    T x = transposeA ? left[(p * m) + i] : left[(i * k) + p];
                    T y = transposeB ? right[(j * k) + p] : right[(p * n) + j];
                    sum = T.FusedMultiplyAdd(x, y, sum);
                }

                result[(i * n) + j] = sum;
            }
        }
    }

    /// <inheritdoc/>
    public void Affine<TRule>(TRule rule, Tensor<T> input, Tensor<T> weights, Tensor<T> bias, Tensor<T> output, int rows, int inputs, int outputs)
        where TRule : struct, IActivationRule
    {
        Shapes.Affine(input, weights, bias, output, rows, inputs, outputs);
        Span<T> x = Span(input);
        Span<T> w = Span(weights);
        Span<T> b = Span(bias);
        Span<T> y = Span(output);
        for (int i = 0; i < rows; i++)
        {
            for (int j = 0; j < outputs; j++)
            {
                T sum = bias.IsNone ? T.Zero : b[j];
                for (int p = 0; p < inputs; p++)
                {
                    sum = T.FusedMultiplyAdd(x[(i * inputs) + p], w[(p * outputs) + j], sum);
                }

                y[(i * outputs) + j] = rule.Forward(new ReferenceLane<T>(sum)).Value;
            }
        }
    }
}
