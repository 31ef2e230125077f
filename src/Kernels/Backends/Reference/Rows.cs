namespace MLNet.GradientTrainers.Kernels;

public sealed partial class ReferenceBackend<T>
{
    /// <inheritdoc/>
    public void SumRows(Tensor<T> x, Tensor<T> sums, int rows, int columns, bool accumulate = false)
    {
        Shapes.SumRows(x, sums, rows, columns);
        Span<T> matrix = Span(x);
        Span<T> result = Span(sums);
        for (int j = 0; j < columns; j++)
        {
            T sum = accumulate ? result[j] : T.Zero;
            for (int i = 0; i < rows; i++)
            {
                sum += matrix[(i * columns) + j];
            }

            result[j] = sum;
        }
    }

    /// <inheritdoc/>
    public void Softmax(Tensor<T> x, Tensor<T> y, int rows, int columns)
    {
        Shapes.Softmax(x, y, rows, columns);
        for (int i = 0; i < rows; i++)
        {
            Span<T> output = Span(y).Slice(i * columns, columns);
            T sum = ShiftedExponentials(Span(x).Slice(i * columns, columns), output);
            for (int j = 0; j < columns; j++)
            {
                output[j] /= sum;
            }
        }
    }

    /// <inheritdoc/>
    public void SoftmaxBackward(Tensor<T> y, Tensor<T> outputGradient, Tensor<T> inputGradient, int rows, int columns)
    {
        Shapes.SoftmaxBackward(y, outputGradient, inputGradient, rows, columns);
        for (int i = 0; i < rows; i++)
        {
            Span<T> output = Span(y).Slice(i * columns, columns);
            Span<T> dy = Span(outputGradient).Slice(i * columns, columns);
            Span<T> dx = Span(inputGradient).Slice(i * columns, columns);
            T inner = T.Zero;
            for (int j = 0; j < columns; j++)
            {
                inner = T.FusedMultiplyAdd(dy[j], output[j], inner);
            }

            for (int j = 0; j < columns; j++)
            {
                dx[j] = output[j] * (dy[j] - inner);
            }
        }
    }

    /// <inheritdoc/>
    public void Matches(Tensor<T> prediction, Tensor<T> target, Tensor<T> weights, Tensor<T> matches, int rows, int columns)
    {
        Shapes.Matches(prediction, target, weights, matches, rows, columns);
        for (int i = 0; i < rows; i++)
        {
            int predicted = IndexOfLargest(Span(prediction).Slice(i * columns, columns));
            int wanted = IndexOfLargest(Span(target).Slice(i * columns, columns));
            Span(matches)[i] = predicted < 0 || predicted != wanted ? T.Zero : weights.IsNone ? T.One : Span(weights)[i];
        }
    }

    /// <summary>The index of the first largest element; −1 when there is none or one is NaN.</summary>
    private static int IndexOfLargest(ReadOnlySpan<T> row)
    {
        int largest = row.IsEmpty ? -1 : 0;
        for (int j = 0; j < row.Length; j++)
        {
            if (T.IsNaN(row[j]))
            {
                return -1;
            }

            if (row[j] > row[largest])
            {
                largest = j;
            }
        }

        return largest;
    }

    /// <summary>exponentials[j] = exp(x[j] − max x), which can't overflow; returns their sum. A NaN makes all of them NaN.</summary>
    private static T ShiftedExponentials(ReadOnlySpan<T> x, Span<T> exponentials)
    {
        T max = Largest(x);
        T sum = T.Zero;
        for (int j = 0; j < x.Length; j++)
        {
            exponentials[j] = T.Exp(x[j] - max);
            sum += exponentials[j];
        }

        return sum;
    }

    private static T Largest(ReadOnlySpan<T> row)
    {
        T max = T.NegativeInfinity;
        foreach (T value in row)
        {
            max = T.Max(max, value);
        }

        return max;
    }
}
