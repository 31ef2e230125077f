namespace MLNet.GradientTrainers.Kernels.Tests;

/// <summary>Sparse rows: columns that are not 0 in most rows are shifted, the others are not.</summary>
[TestClass]
public sealed class SparseScalingTests
{
    private static readonly CancellationToken s_none = CancellationToken.None;

    private static readonly RandomLine s_line = RandomLine.WithCategories(1000, 60, seed: 7);

    [TestMethod]
    public void ColumnsOfMostRowsHaveMeanAndDeviationAsInDenseRows()
    {
        SparseRowsBuilder builder = new(5);
        builder.Add([0, 1, 2], [2000, 5, 1]);
        builder.Add([0, 1], [2010, 5]);
        builder.Add([0, 1, 3], [2020, 5, 30]);
        builder.Add([1, 3], [5, 40]);
        builder.Add([0, 1, 2, 3, 4], [9999, 9999, 9999, 9999, 9999]);
        double[] weights = [1, 2, 1, 0.5, 0];
        SparseRows sparse = builder.Build();
        LinearData data = new(sparse, new double[5], weights);
        float[] values = new float[25];
        sparse.Read([0, 1, 2, 3, 4], values);
        int[] rows = [0, 1, 2, 3, 4];
        ColumnScales dense = ColumnScales.Of(new LinearData(new DenseRows(values, 5), new double[5], weights), rows, LinearScaling.Standard, shift: true, s_none);
        ColumnScales scales = ColumnScales.Of(data, rows, LinearScaling.Standard, shift: true, s_none);
        foreach (int common in (ReadOnlySpan<int>)[0, 3])
        {
            Assert.AreEqual(dense.Shifts[common], scales.Shifts[common], 1e-12 * dense.Shifts[common]);
            Assert.AreEqual(dense.Factors[common], scales.Factors[common], 1e-12 * dense.Factors[common]);
        }

        Assert.AreEqual(5, scales.Shifts[1]);
        Assert.AreEqual(0, scales.Factors[1], "constant but for a row without weight");
        Assert.AreEqual(0, scales.Shifts[2], "a category of one row");
        Assert.AreEqual(1, scales.Factors[2]);
        Assert.AreEqual(0, scales.Factors[4], "nothing but in a row without weight");
        CollectionAssert.AreEqual(new double[5], ColumnScales.Of(data, rows, LinearScaling.Standard, shift: false, s_none).Shifts, "without an intercept");
    }

    [TestMethod]
    public void RobustScalesOfSuchColumnsAreThoseOfDenseRows()
    {
        int[] rows = [.. Enumerable.Range(0, 1000)];
        ColumnScales dense = ColumnScales.Of(s_line.Single(), rows, LinearScaling.Robust, shift: true, s_none);
        ColumnScales scales = ColumnScales.Of(s_line.Sparse(), rows, LinearScaling.Robust, shift: true, s_none);
        CollectionAssert.AreEqual(dense.Shifts[59..], scales.Shifts[59..]);
        CollectionAssert.AreEqual(dense.Factors[59..], scales.Factors[59..]);
        CollectionAssert.AreEqual(new double[59], scales.Shifts[..59]);
    }

    /// <summary>The same predictions in either units; only the zeros of shifted columns are added to what is stored.</summary>
    [TestMethod]
    public void ShiftedRowsStaySparse()
    {
        LinearData data = s_line.Sparse();
        SparseRows before = (SparseRows)data.Features!;
        ColumnScales scales = ColumnScales.Of(data, [.. Enumerable.Range(0, 500)], LinearScaling.Standard, shift: true, s_none);
        LinearTransform transform = new(scales, null, 2, s_none);
        SparseRows after = (SparseRows)transform.Apply(data).Features!;
        Assert.AreEqual(before.StoredValues + 112, after.StoredValues, "one income in nine is 0");

        RandomSource random = new(3);
        LinearModel model = new([.. Enumerable.Range(0, 62).Select(j => random.NextGaussian() / (j < 59 ? 1 : 1000))], 4);
        LinearModel inside = transform.FromUnits(model);
        float[] x = new float[62];
        float[] u = new float[62];
        for (int i = 0; i < 1000; i++)
        {
            before.Read([i], x);
            after.Read([i], u);
            Assert.AreEqual(model.Predict(Array.ConvertAll(x, v => (double)v)), inside.Predict(Array.ConvertAll(u, v => (double)v)), 1e-5);
        }

        LinearModel back = transform.ToUnits(inside);
        Assert.AreEqual(model.Bias, back.Bias, 1e-10);
        for (int j = 0; j < 62; j++)
        {
            Assert.AreEqual(model.Weights[j], back.Weights[j], 1e-12);
        }
    }

    /// <summary>As many values as before where no column is shifted, and what says which they are is shared.</summary>
    [TestMethod]
    public void WithoutAShiftNothingIsAdded()
    {
        SparseRows rows = (SparseRows)s_line.Sparse().Features!;
        SparseRows scaled = new SparseTransform(ColumnScales.Of(s_line.Sparse(), [.. Enumerable.Range(0, 1000)], LinearScaling.Standard, shift: false, s_none)).Apply(rows, 2, s_none);
        Assert.AreEqual(rows.StoredValues, scaled.StoredValues);
        Assert.AreSame(rows.Chunks[0]!.Columns, scaled.Chunks[0]!.Columns);
    }

    [TestMethod]
    [DataRow(int.MaxValue, 1e-4, false)]
    [DataRow(int.MaxValue, 1e-4, true)]
    [DataRow(32, 1e-2, false)]
    [DataRow(32, 1e-2, true)]
    [DataRow(1, 1e-2, false)]
    [DataRow(1, 1e-2, true)]
    public void DescentsEndAtTheClosedForm(int batch, double tolerance, bool weighted)
    {
        RandomLine line = RandomLine.WithCategories(1000, 60, seed: 7, weighted);
        LinearResult result = Run(line.Sparse(), batch);
        Assert.IsLessThanOrEqualTo((1 + tolerance) * line.Loss(line.ClosedForm()), line.Loss([.. result.Model.Weights, result.Model.Bias]));
        Assert.IsLessThan(3000, result.Epochs);
    }

    [TestMethod]
    [DataRow(int.MaxValue)]
    [DataRow(32)]
    public void AnyNumberOfThreadsGivesTheSameBits(int batch)
    {
        LinearResult one = Run(s_line.Sparse(), batch, threads: 1);
        LinearResult three = Run(s_line.Sparse(), batch, threads: 3);
        CollectionAssert.AreEqual(one.Model.Weights.ToArray(), three.Model.Weights.ToArray());
        Assert.AreEqual(one.Model.Bias, three.Model.Bias);
    }

    /// <summary>A step too short to matter leaves the start as it was, and a run that starts at the minimum stays there.</summary>
    [TestMethod]
    public void TrainingGoesOnWhereItEnded()
    {
        double[] best = s_line.ClosedForm();
        LinearModel start = new(best.AsSpan(0, 62), best[62]);
        LinearOptions options = new() { LearningRate = 1e-300, NumberOfEpochs = 1 };
        LinearModel same = new ScaledLinearRegression(options, LinearScaling.Standard, null).Run(s_line.Sparse(), start).Model;
        for (int j = 0; j < 62; j++)
        {
            Assert.AreEqual(best[j], same.Weights[j], 1e-12 * Math.Max(1, Math.Abs(best[j])));
        }

        Assert.AreEqual(best[62], same.Bias, 1e-9);
        LinearResult result = new ScaledLinearRegression(new LinearOptions { Optimizer = null, NumberOfEpochs = 3 }, LinearScaling.Standard, null).Run(s_line.Sparse(), start);
        Assert.AreEqual(s_line.Loss(best), result.FinalLoss, 1e-6);
    }

    [TestMethod]
    public void ACancelledTransformEnds()
    {
        LinearData data = s_line.Sparse();
        ColumnScales scales = ColumnScales.Of(data, [.. Enumerable.Range(0, 1000)], LinearScaling.Standard, shift: true, s_none);
        using CancellationTokenSource source = new();
        source.Cancel();
        Assert.ThrowsExactly<OperationCanceledException>(() => new LinearTransform(scales, null, 1, source.Token).Apply(data));
        Assert.ThrowsExactly<OperationCanceledException>(() => ColumnScales.Of(data, [0, 1], LinearScaling.Standard, shift: true, source.Token));
    }

    /// <summary>What a run may cost is counted in values that are stored: with their zeros counted it would end after 165 epochs, far from the minimum.</summary>
    [TestMethod]
    public void ManyCategoriesDoNotEndARunEarly()
    {
        LinearResult result = Run(RandomLine.WithCategories(12_000, 1000, seed: 7).Sparse(), int.MaxValue);
        Assert.AreEqual(StopReason.Converged, result.StopReason, $"{result.Epochs} epochs");
    }

    private static LinearResult Run(LinearData data, int batch, int? threads = null) =>
        new ScaledLinearRegression(new LinearOptions { Optimizer = null, NumberOfEpochs = null, BatchSize = batch, NumberOfThreads = threads, Seed = 1 }, LinearScaling.Standard, null).Run(data);
}
