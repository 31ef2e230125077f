using ILGPU;
using ILGPU.Runtime;

namespace MLNet.GradientTrainers.Kernels.Gpu;

public sealed partial class GpuBackend
{
    /// <inheritdoc/>
    /// <remarks>Here the squares are summed up in double and in the order of <see cref="ColumnLayout"/>.</remarks>
    public void LimitColumnNorms(float limit, Tensor<float> x, int rows, int columns)
    {
        Shapes.LimitColumnNorms(limit, x, rows, columns);
        ArrayView<float> matrix = View(x);
        if (x.Length > 0)
        {
            ArrayView<double> factors = _columnValues.Room(columns);
            SumColumns(new SquareTerm(matrix, columns), new NormFactor(factors, limit), rows, columns);
            Each<int, ArrayView<double>, ArrayView<float>>(ScaleByColumnKernel)(Session.Stream, x.Length, columns, factors, matrix);
        }
    }

    internal static void ScaleByColumnKernel(Index1D i, int columns, ArrayView<double> factors, ArrayView<float> x) => x[i] *= (float)factors[i % columns];

    /// <summary>limit / norm where the norm is above the limit, else 1.</summary>
    internal readonly struct NormFactor(ArrayView<double> factors, float limit) : IColumnResult
    {
        private readonly ArrayView<double> _factors = factors;
        private readonly float _limit = limit;

        public void Write(int column, double sum)
        {
            float norm = MathF.Sqrt((float)sum);
            _factors[column] = norm > _limit ? _limit / norm : 1;
        }
    }
}
