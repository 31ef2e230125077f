namespace MLNet.GradientTrainers.Kernels;

public sealed partial class ReferenceBackend<T>
{
    /// <inheritdoc/>
    public void ColumnMoments(Tensor<T> x, Tensor<T> mean, Tensor<T> variance, int rows, int columns)
    {
        Shapes.ColumnMoments(x, mean, variance, rows, columns);
        for (int j = 0; j < columns && rows > 0; j++)
        {
            (Span(mean)[j], Span(variance)[j]) = Moments(Span(x)[j..], rows, columns);
        }
    }

    /// <inheritdoc/>
    public void ScaleColumns(Tensor<T> mean, Tensor<T> scale, Tensor<T> x, Tensor<T> y, int rows, int columns)
    {
        Shapes.ScaleColumns(mean, scale, x, y, rows, columns);
        for (int i = 0; i < rows; i++)
        {
            for (int j = 0; j < columns; j++)
            {
                int k = (i * columns) + j;
                Span(y)[k] = (Span(x)[k] - (mean.IsNone ? T.Zero : Span(mean)[j])) * Span(scale)[j];
            }
        }
    }

    /// <inheritdoc/>
    public void NormalizeColumns(in NormalizationPass<T> pass, Tensor<T> x, Tensor<T> y, int rows, int columns)
    {
        Shapes.Normalize(pass, columns, x, y, rows, columns, "NormalizeColumns");
        for (int i = 0; i < rows; i++)
        {
            for (int j = 0; j < columns; j++)
            {
                Span(y)[(i * columns) + j] = (Normalized(pass, x, (i * columns) + j, j) * Span(pass.Scale)[j]) + Span(pass.Shift)[j];
            }
        }
    }

    /// <inheritdoc/>
    public void NormalizeColumnsBackward(
        in NormalizationPass<T> pass, Tensor<T> x, Tensor<T> outputGradient, Tensor<T> inputGradient, Tensor<T> scaleGradient, Tensor<T> shiftGradient, bool ownMoments, int rows, int columns)
    {
        Shapes.NormalizeBackward(pass, columns, x, outputGradient, inputGradient, scaleGradient, shiftGradient, rows, columns, "NormalizeColumnsBackward");
        SumGradients(pass, x, outputGradient, scaleGradient, shiftGradient, rows, columns, byRow: false);
        if (inputGradient.IsNone)
        {
            return;
        }

        // With own moments: dx = γ / σ · (dy − (Σ dy + x̂ · Σ dy · x̂) / n).
        T count = T.CreateTruncating(rows);
        for (int i = 0; i < rows; i++)
        {
            for (int j = 0; j < columns; j++)
            {
                int k = (i * columns) + j;
                T gradient = Span(outputGradient)[k];
                if (ownMoments)
                {
                    gradient -= (Span(shiftGradient)[j] + (Normalized(pass, x, k, j) * Span(scaleGradient)[j])) / count;
                }

                Span(inputGradient)[k] = gradient * Span(pass.Scale)[j] * InverseDeviation(pass, j);
            }
        }
    }

    /// <inheritdoc/>
    public void NormalizeRows(in NormalizationPass<T> pass, Tensor<T> x, Tensor<T> y, int rows, int columns)
    {
        Shapes.Normalize(pass, rows, x, y, rows, columns, "NormalizeRows");
        for (int i = 0; i < rows && columns > 0; i++)
        {
            (Span(pass.Mean)[i], Span(pass.Variance)[i]) = Moments(Span(x)[(i * columns)..], columns, 1);
            for (int j = 0; j < columns; j++)
            {
                Span(y)[(i * columns) + j] = (Normalized(pass, x, (i * columns) + j, i) * Span(pass.Scale)[j]) + Span(pass.Shift)[j];
            }
        }
    }

    /// <inheritdoc/>
    public void NormalizeRowsBackward(
        in NormalizationPass<T> pass, Tensor<T> x, Tensor<T> outputGradient, Tensor<T> inputGradient, Tensor<T> scaleGradient, Tensor<T> shiftGradient, int rows, int columns)
    {
        Shapes.NormalizeBackward(pass, rows, x, outputGradient, inputGradient, scaleGradient, shiftGradient, rows, columns, "NormalizeRowsBackward", mayLackSums: true);
        if (!scaleGradient.IsNone)
        {
            SumGradients(pass, x, outputGradient, scaleGradient, shiftGradient, rows, columns, byRow: true);
        }

        if (inputGradient.IsNone)
        {
            return;
        }

        // With g = γ · dy: dx = 1 / σ · (g − (Σ g + x̂ · Σ g · x̂) / n).
        T count = T.CreateTruncating(columns);
        for (int i = 0; i < rows; i++)
        {
            T sum = T.Zero;
            T product = T.Zero;
            for (int j = 0; j < columns; j++)
            {
                T gradient = Span(outputGradient)[(i * columns) + j] * Span(pass.Scale)[j];
                sum += gradient;
                product += gradient * Normalized(pass, x, (i * columns) + j, i);
            }

            for (int j = 0; j < columns; j++)
            {
                int k = (i * columns) + j;
                T gradient = Span(outputGradient)[k] * Span(pass.Scale)[j];
                Span(inputGradient)[k] = (gradient - ((sum + (Normalized(pass, x, k, i) * product)) / count)) * InverseDeviation(pass, i);
            }
        }
    }

    /// <summary>Σ dy · x̂ and Σ dy of every column.</summary>
    private static void SumGradients(
        in NormalizationPass<T> pass, Tensor<T> x, Tensor<T> outputGradient, Tensor<T> scaleGradient, Tensor<T> shiftGradient, int rows, int columns, bool byRow)
    {
        for (int j = 0; j < columns; j++)
        {
            T scale = T.Zero;
            T shift = T.Zero;
            for (int i = 0; i < rows; i++)
            {
                T gradient = Span(outputGradient)[(i * columns) + j];
                scale += gradient * Normalized(pass, x, (i * columns) + j, byRow ? i : j);
                shift += gradient;
            }

            Span(scaleGradient)[j] = scale;
            Span(shiftGradient)[j] = shift;
        }
    }

    /// <summary>x̂ = (x − mean) / √(variance + ε).</summary>
    private static T Normalized(in NormalizationPass<T> pass, Tensor<T> x, int index, int moment) =>
        (Span(x)[index] - Span(pass.Mean)[moment]) * InverseDeviation(pass, moment);

    private static T InverseDeviation(in NormalizationPass<T> pass, int moment) =>
        T.One / T.Sqrt(Span(pass.Variance)[moment] + T.CreateTruncating(pass.Epsilon));

    /// <summary>Mean and biased variance of every step-th number, in two passes and in double.</summary>
    private static (T Mean, T Variance) Moments(ReadOnlySpan<T> x, int count, int step)
    {
        double sum = 0;
        for (int i = 0; i < count; i++)
        {
            sum += double.CreateTruncating(x[i * step]);
        }

        double mean = sum / count;
        double squares = 0;
        for (int i = 0; i < count; i++)
        {
            double difference = double.CreateTruncating(x[i * step]) - mean;
            squares += difference * difference;
        }

        return (T.CreateTruncating(mean), T.CreateTruncating(squares / count));
    }
}
