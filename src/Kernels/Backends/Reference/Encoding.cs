namespace MLNet.GradientTrainers.Kernels;

public sealed partial class ReferenceBackend<T>
{
    /// <inheritdoc/>
    public void EncodePiecewise(Tensor<T> start, Tensor<T> scale, Tensor<T> x, Tensor<T> y, int rows, int columns, int bins)
    {
        Shapes.EncodePiecewise(start, scale, x, y, rows, columns, bins);
        for (int i = 0; i < rows; i++)
        {
            ReadOnlySpan<T> row = Span(x).Slice(i * columns, columns);
            Span<T> encoded = Span(y).Slice(i * (bins + 1) * columns, (bins + 1) * columns);
            row.CopyTo(encoded);
            for (int k = 0; k < bins * columns; k++)
            {
                var (low, high) = Limits(scale, k, columns, bins);
                encoded[columns + k] = T.Max(low, T.Min(high, (row[k % columns] - Span(start)[k]) * Span(scale)[k]));
            }
        }
    }

    /// <inheritdoc/>
    public void EncodePiecewiseBackward(
        Tensor<T> start, Tensor<T> scale, Tensor<T> x, Tensor<T> outputGradient, Tensor<T> inputGradient, int rows, int columns, int bins)
    {
        Shapes.EncodePiecewiseBackward(start, scale, x, outputGradient, inputGradient, rows, columns, bins);
        for (int i = 0; i < rows; i++)
        {
            ReadOnlySpan<T> gradient = Span(outputGradient).Slice(i * (bins + 1) * columns, (bins + 1) * columns);
            for (int j = 0; j < columns; j++)
            {
                T sum = gradient[j];
                for (int k = j; k < bins * columns; k += columns)
                {
                    T filled = (Span(x)[(i * columns) + j] - Span(start)[k]) * Span(scale)[k];
                    var (low, high) = Limits(scale, k, columns, bins);
                    sum += filled > low && filled < high ? gradient[columns + k] * Span(scale)[k] : T.Zero;
                }

                Span(inputGradient)[(i * columns) + j] = sum;
            }
        }
    }

    /// <summary>0 and 1; none below the first bin, and none above the last one that is wider than 0.</summary>
    private (T Low, T High) Limits(Tensor<T> scale, int k, int columns, int bins) =>
        (k < columns ? T.NegativeInfinity : T.Zero, k + columns >= bins * columns || Span(scale)[k + columns] == T.Zero ? T.PositiveInfinity : T.One);
}
