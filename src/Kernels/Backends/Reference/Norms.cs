namespace MLNet.GradientTrainers.Kernels;

public sealed partial class ReferenceBackend<T>
{
    /// <inheritdoc/>
    public void LimitColumnNorms(T limit, Tensor<T> x, int rows, int columns)
    {
        Shapes.LimitColumnNorms(limit, x, rows, columns);
        Span<T> matrix = Span(x);
        for (int j = 0; j < columns; j++)
        {
            T squares = T.Zero;
            for (int i = j; i < matrix.Length; i += columns)
            {
                squares = T.FusedMultiplyAdd(matrix[i], matrix[i], squares);
            }

            T norm = T.Sqrt(squares);
            T factor = norm > limit ? limit / norm : T.One;
            for (int i = j; i < matrix.Length; i += columns)
            {
                matrix[i] *= factor;
            }
        }
    }
}
