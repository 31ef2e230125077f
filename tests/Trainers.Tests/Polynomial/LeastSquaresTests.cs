using MathNet.Numerics.LinearAlgebra;

namespace MLNet.GradientTrainers.Tests;

/// <summary>The block-wise QR against MathNet's QR and singular values.</summary>
[TestClass]
public sealed class LeastSquaresTests
{
    private const double Tolerance = 1e-10;

    [TestMethod]
    [DataRow(1, 1)]
    [DataRow(7, 7)]
    [DataRow(40, 5)]
    [DataRow(300, 23)]
    public void SolvesAsALibraryDoes(int rows, int columns)
    {
        var (a, y) = Random(rows, columns);
        var expected = a.QR(MathNet.Numerics.LinearAlgebra.Factorization.QRMethod.Thin).Solve(y);
        foreach (int block in new[] { 1, 13, rows })
        {
            var solver = Accumulate(a, y, block);
            double[] actual = solver.Solve(Tolerance, out _, out int rank);
            Assert.AreEqual(columns, rank);
            AreEqual(expected, actual, 1e-9);
            Assert.AreEqual((a * expected - y).L2Norm(), Math.Sqrt(solver.SumOfSquares), 1e-9);
        }
    }

    [TestMethod]
    public void DependentColumnsGetTheSmallestNorm()
    {
        var (a, y) = Random(30, 4);
        var wide = Matrix<double>.Build.DenseOfColumns([a.Column(0), a.Column(1), a.Column(0), a.Column(2), a.Column(1) + a.Column(2), a.Column(3)]);

        // The norm is that of columns scaled to 1, so they are scaled before a pseudo-inverse is taken.
        var norms = Vector<double>.Build.DenseOfEnumerable(wide.EnumerateColumns().Select(c => c.L2Norm()));
        var unit = wide * Matrix<double>.Build.DiagonalOfDiagonalVector(norms.Map(n => 1 / n));
        var expected = (unit.PseudoInverse() * y).PointwiseDivide(norms);
        double[] actual = Accumulate(wide, y, 8).Solve(Tolerance, out _, out int rank);
        Assert.AreEqual(4, rank);
        AreEqual(expected, actual, 1e-9);
    }

    [TestMethod]
    public void FewerRowsThanColumnsAreSolvedExactly()
    {
        var (a, y) = Random(3, 8);
        double[] actual = Accumulate(a, y, 2).Solve(Tolerance, out _, out int rank);
        Assert.AreEqual(3, rank);
        AreEqual(y, (a * Vector<double>.Build.Dense(actual)).AsArray(), 1e-9);
    }

    [TestMethod]
    public void ColumnsOfZerosGetZeroAndNoRowsNothing()
    {
        var (a, y) = Random(20, 3);
        a.ClearColumn(1);
        double[] actual = Accumulate(a, y, 20).Solve(Tolerance, out int used, out int rank);
        Assert.AreEqual(0, actual[1]);
        Assert.AreEqual(2, used);
        Assert.AreEqual(2, rank);
        CollectionAssert.AreEqual(new double[3], new LeastSquares(3).Solve(Tolerance, out _, out rank));
        Assert.AreEqual(0, rank);
    }

    [TestMethod]
    public void PenaltiesAreRowsOfTheirOwn()
    {
        var (a, y) = Random(20, 4);
        var solver = Accumulate(a, y, 6);
        solver.Penalize([0, 2.5, 2.5, 2.5]);
        var penalty = Matrix<double>.Build.DenseDiagonal(4, 2.5);
        penalty[0, 0] = 0;
        var expected = ((a.Transpose() * a) + penalty).Solve(a.Transpose() * y);
        AreEqual(expected, solver.Solve(Tolerance, out _, out _), 1e-9);
    }

    private static (Matrix<double> A, Vector<double> Y) Random(int rows, int columns)
    {
        var random = new Random((100 * rows) + columns);
        return (Matrix<double>.Build.Dense(rows, columns, (_, _) => random.NextDouble() - 0.5), Vector<double>.Build.Dense(rows, _ => random.NextDouble()));
    }

    private static LeastSquares Accumulate(Matrix<double> a, Vector<double> y, int block)
    {
        var solver = new LeastSquares(a.ColumnCount);
        for (int start = 0; start < a.RowCount; start += block)
        {
            int rows = Math.Min(block, a.RowCount - start);
            double[] values = a.SubMatrix(start, rows, 0, a.ColumnCount).Append(y.SubVector(start, rows).ToColumnMatrix()).ToColumnMajorArray();
            solver.Add(values, rows);
        }

        return solver;
    }

    private static void AreEqual(IEnumerable<double> expected, double[] actual, double tolerance)
    {
        double[] wanted = [.. expected];
        Assert.HasCount(wanted.Length, actual);
        for (int i = 0; i < wanted.Length; i++)
        {
            Assert.AreEqual(wanted[i], actual[i], tolerance * Math.Max(1, Math.Abs(wanted[i])), $"element {i}");
        }
    }
}
