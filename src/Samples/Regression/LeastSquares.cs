using MLNet.GradientTrainers.Kernels;
using MLNet.GradientTrainers.Samples.Tabular;

namespace MLNet.GradientTrainers.Samples.Regression;

/// <summary>
/// The linear model with the smallest mean squared error, in closed form: columns less their means are made orthogonal one after the other (modified Gram–Schmidt), which keeps the
/// digits that the normal equations would lose.
/// </summary>
internal static class LeastSquares
{
    /// <summary>A column this much shorter than before, after what the ones before it explain, is taken for dependent on them.</summary>
    private const double Dependent = 1e-10;

    /// <summary>The solution; null where a column is a linear function of the others, or constant, so that there are many.</summary>
    public static LinearModel? Solve(RegressionTable table)
    {
        double[] means = [.. Enumerable.Range(0, table.Width).Select(j => table.Features.Average(row => row[j]))];
        double mean = table.Labels.Average();
        double[][] columns = [.. means.Select((m, j) => table.Features.Select(row => row[j] - m).ToArray())];
        double[] rest = [.. table.Labels.Select(y => y - mean)];
        var r = new double[table.Width, table.Width];
        var right = new double[table.Width];
        for (int j = 0; j < columns.Length; j++)
        {
            double before = Math.Sqrt(Dot(columns[j], columns[j]));
            for (int i = 0; i < j; i++)
            {
                r[i, j] = Remove(columns[i], columns[j]);
            }

            r[j, j] = Math.Sqrt(Dot(columns[j], columns[j]));
            if (r[j, j] <= Dependent * before || before == 0)
            {
                return null;
            }

            columns[j] = [.. columns[j].Select(x => x / r[j, j])];
            right[j] = Remove(columns[j], rest);
        }

        for (int j = table.Width - 1; j >= 0; j--)
        {
            for (int k = j + 1; k < table.Width; k++)
            {
                right[j] -= r[j, k] * right[k];
            }

            right[j] /= r[j, j];
        }

        return new LinearModel(right, mean - Dot(right, means));
    }

    /// <summary>Takes the part along a unit vector out of another vector; its length.</summary>
    private static double Remove(double[] unit, double[] vector)
    {
        double along = Dot(unit, vector);
        for (int i = 0; i < vector.Length; i++)
        {
            vector[i] -= along * unit[i];
        }

        return along;
    }

    private static double Dot(double[] a, double[] b) => a.Zip(b, (x, y) => x * y).Sum();
}
