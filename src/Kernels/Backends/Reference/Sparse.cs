namespace MLNet.GradientTrainers.Kernels;

public sealed partial class ReferenceBackend<T>
{
    /// <inheritdoc/>
    public void SparseAffine<TRule>(TRule rule, SparseBatch<T> input, Tensor<T> weights, Tensor<T> bias, Tensor<T> output, int outputs)
        where TRule : struct, IActivationRule
    {
        Shapes.SparseAffine(input, weights, bias, output, outputs);
        Span<T> w = Span(weights);
        Span<T> b = Span(bias);
        Span<T> y = Span(output);
        for (int i = 0; i < input.Rows; i++)
        {
            for (int j = 0; j < outputs; j++)
            {
                T sum = bias.IsNone ? T.Zero : b[j];
                for (int p = input.Starts[i]; p < input.Starts[i + 1]; p++)
                {
                    sum = T.FusedMultiplyAdd(input.Values[p], w[(input.Columns[p] * outputs) + j], sum);
                }

                y[(i * outputs) + j] = rule.Forward(new ReferenceLane<T>(sum)).Value;
            }
        }
    }

    /// <inheritdoc/>
    public void SparseWeightGradient(SparseBatch<T> input, Tensor<T> outputGradient, Tensor<T> weightGradient, int outputs)
    {
        Shapes.SparseWeightGradient(input, outputGradient, weightGradient, outputs);
        SparseColumns<T> columns = input.ByColumn;
        Span<T> dy = Span(outputGradient);
        Span<T> dw = Span(weightGradient);
        for (int i = 0; i < columns.Count; i++)
        {
            for (int j = 0; j < outputs; j++)
            {
                T sum = T.Zero;
                for (int p = columns.Starts[i]; p < columns.Starts[i + 1]; p++)
                {
                    sum = T.FusedMultiplyAdd(columns.Values[p], dy[(columns.Rows[p] * outputs) + j], sum);
                }

                dw[(columns.Used[i] * outputs) + j] = sum;
            }
        }
    }

    /// <inheritdoc/>
    public void FillRows(Tensor<T> destination, T value, ReadOnlySpan<int> rows, int columns)
    {
        Shapes.SomeRows(destination, rows, columns);
        foreach (int row in rows)
        {
            Span(destination).Slice(row * columns, columns).Fill(value);
        }
    }
}
