using MathNet.Numerics.LinearAlgebra;

namespace MLNet.GradientTrainers.Tests;

/// <summary>One-sided Jacobi against MathNet's singular values.</summary>
[TestClass]
public sealed class OrthogonalRowsTests
{
    [TestMethod]
    [DataRow(1, 1)]
    [DataRow(5, 9)]
    [DataRow(23, 23)]
    public void RowsBecomeRightSingularVectors(int count, int width)
    {
        var random = new Random(count);
        var a = Matrix<double>.Build.Dense(count, width, (i, _) => Math.Pow(10, -i % 7) * (random.NextDouble() - 0.5));
        var y = Vector<double>.Build.Dense(count, _ => random.NextDouble());
        double[][] rows = [.. a.Append(y.ToColumnMatrix()).ToRowArrays()];
        OrthogonalRows.Make(rows, width, CancellationToken.None);

        var made = Matrix<double>.Build.DenseOfRowArrays(rows);
        var product = made.SubMatrix(0, count, 0, width);
        double[] lengths = [.. product.EnumerateRows().Select(row => row.L2Norm()).OrderDescending()];
        double[] expected = a.Svd(computeVectors: false).S.ToArray();
        for (int i = 0; i < count; i++)
        {
            Assert.AreEqual(expected[i], lengths[i], 1e-12 * expected[0]);
            for (int j = 0; j < i; j++)
            {
                Assert.AreEqual(0, product.Row(i) * product.Row(j) / product.Row(i).L2Norm() / product.Row(j).L2Norm(), 1e-12);
            }
        }

        // What stands behind the rows goes with them: Aᵀy stays what it is.
        Assert.IsLessThan(1e-12, ((a.Transpose() * y) - (product.Transpose() * made.Column(width))).L2Norm());
    }
}
