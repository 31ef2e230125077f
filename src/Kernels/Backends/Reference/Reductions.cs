namespace MLNet.GradientTrainers.Kernels;

public sealed partial class ReferenceBackend<T>
{
    /// <inheritdoc/>
    public double Sum(Tensor<T> x)
    {
        double sum = 0;
        foreach (T value in Span(x))
        {
            sum += double.CreateTruncating(value);
        }

        return sum;
    }

    /// <inheritdoc/>
    public double SumOfSquares(Tensor<T> x)
    {
        double sum = 0;
        foreach (T value in Span(x))
        {
            double v = double.CreateTruncating(value);
            sum += v * v;
        }

        return sum;
    }

    /// <inheritdoc/>
    public void Sum(Tensor<T> x, Totals totals, int index) => HostTotals.Values(totals)[index] = Sum(x);

    /// <inheritdoc/>
    public void SumOfSquares(Tensor<T> x, Totals totals, int index) => HostTotals.Values(totals)[index] = SumOfSquares(x);

    /// <inheritdoc/>
    public double SumOfSquares(Tensor<T> x, ReadOnlySpan<int> rows, int columns)
    {
        Shapes.SomeRows(x, rows, columns);
        double sum = 0;
        foreach (int row in rows)
        {
            sum += SumOfSquares(x.Slice(row * columns, columns));
        }

        return sum;
    }
}
