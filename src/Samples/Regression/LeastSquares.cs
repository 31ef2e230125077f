using MathNet.Numerics.LinearAlgebra;
using MathNet.Numerics.LinearAlgebra.Factorization;
using MLNet.GradientTrainers.Kernels;
using MLNet.GradientTrainers.Samples.Tabular;

namespace MLNet.GradientTrainers.Samples.Regression;

/// <summary>The linear model with the smallest mean squared error, in closed form: by QR of the columns less their means, which keeps the digits that the normal equations would lose.</summary>
internal static class LeastSquares
{
    /// <summary>A column of which the others leave no larger part unexplained is taken for dependent on them.</summary>
    private const double Dependent = 1e-10;

    /// <summary>A column whose values differ from their mean by no larger part of it, is taken for constant.</summary>
    private const double Constant = 1e-12;

    /// <summary>The solution; null where a column is a linear function of the others, or constant, so that there are many.</summary>
    public static LinearModel? Solve(RegressionTable table)
    {
        if (table.Count <= table.Width)
        {
            return null;
        }

        var x = Matrix<double>.Build.DenseOfRowArrays(table.Features);
        Vector<double> means = x.ColumnSums() / table.Count;
        x.MapIndexedInplace((_, j, value) => value - means[j], MathNet.Numerics.LinearAlgebra.Zeros.Include);
        Vector<double> lengths = x.ColumnNorms(2);
        if (lengths.Zip(means, (length, mean) => length <= Constant * Math.Sqrt(table.Count) * Math.Abs(mean)).Any(constant => constant))
        {
            return null;
        }

        x.MapIndexedInplace((_, j, value) => value / lengths[j]);
        QR<double> qr = x.QR(QRMethod.Thin);
        if (qr.R.Diagonal().AbsoluteMinimum() <= Dependent)
        {
            return null;
        }

        double label = table.Labels.Average();
        Vector<double> weights = qr.Solve(Vector<double>.Build.Dense(table.Count, row => table.Labels[row] - label)).PointwiseDivide(lengths);
        return new LinearModel(weights.ToArray(), label - (weights * means));
    }
}
