using System.Collections.Immutable;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;

namespace MLNet.GradientTrainers.MLNet.Tests;

[TestClass]
public sealed class NormalizeTests
{
    private sealed class Row
    {
        public float Value { get; set; }
        public double Double { get; set; }
        [VectorType(2)] public float[] Vector { get; set; } = [];
        public string Text { get; set; } = "";
    }

    private sealed class SparseRow
    {
        [VectorType(3)] public VBuffer<float> Vector { get; set; }
    }

    private readonly MLContext _ml = new(seed: 1);

    private IDataView Rows(params float[] values)
        => _ml.Data.LoadFromEnumerable(values.Select(v => new Row { Value = v, Double = v, Vector = [v, 3] }).ToArray());

    private static float[] Values(IDataView data, string column = "Out") => data.GetColumn<float>(column).ToArray();

    private static void AssertClose(float[] expected, float[] actual)
    {
        Assert.HasCount(expected.Length, actual);
        for (int i = 0; i < expected.Length; i++)
            Assert.AreEqual(expected[i], actual[i], 1e-6f, $"item {i}");
    }

    [TestMethod]
    public void MinMaxKeepsZeroUnlessTold()
    {
        var data = Rows(-2, 0, 4);
        // Zero kept: x / max(|-2|, |4|). Otherwise (x + 2) / 6.
        AssertClose([-0.5f, 0, 1], Values(_ml.Transforms.NormalizeMinMax("Out", "Value").Fit(data).Transform(data)));
        AssertClose([0, 2 / 6f, 1], Values(_ml.Transforms.NormalizeMinMax("Out", "Value", fixZero: false).Fit(data).Transform(data)));
    }

    [TestMethod]
    public void MeanVarianceKeepsZeroUnlessTold()
    {
        // Mean 3, variance (4 + 1 + 0 + 9) / 4 = 3.5. Zero kept: x / sqrt(3.5 + 9). Otherwise (x - 3) / sqrt(3.5).
        var data = Rows(1, 2, 3, 6);
        float root = MathF.Sqrt(12.5f), deviation = MathF.Sqrt(3.5f);
        AssertClose([1 / root, 2 / root, 3 / root, 6 / root], Values(_ml.Transforms.NormalizeMeanVariance("Out", "Value").Fit(data).Transform(data)));
        AssertClose([-2 / deviation, -1 / deviation, 0, 3 / deviation],
            Values(_ml.Transforms.NormalizeMeanVariance("Out", "Value", fixZero: false).Fit(data).Transform(data)));
    }

    [TestMethod]
    public void ZerosCountForMeanAndVariance()
    {
        // 0, 0, 3, 3: mean 1.5, variance 2.25.
        var data = Rows(0, 0, 3, 3);
        AssertClose([-1, -1, 1, 1], Values(_ml.Transforms.NormalizeMeanVariance("Out", "Value", fixZero: false).Fit(data).Transform(data)));
    }

    [TestMethod]
    public void CdfIsTheNormalDistribution()
    {
        // The same data: (6 - 3) / sqrt(3.5) = 1.603567, whose normal distribution is 0.945594; ML.NET approximates it.
        var data = Rows(1, 2, 3, 6);
        var values = Values(_ml.Transforms.NormalizeMeanVariance("Out", "Value", useCdf: true).Fit(data).Transform(data));
        Assert.AreEqual(0.5f, values[2], 1e-6f);
        Assert.AreEqual(0.945594f, values[3], 2e-4f);
        Assert.AreEqual(1 - 0.857473f, values[0], 2e-4f);
    }

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public void ConstantSlotsBecomeZero(bool fixZero)
    {
        var data = Rows(1, 2);
        foreach (var estimator in new IEstimator<ITransformer>[]
        {
            _ml.Transforms.NormalizeMinMax("Out", "Vector", fixZero: fixZero),
            _ml.Transforms.NormalizeMeanVariance("Out", "Vector", fixZero: fixZero),
        })
        {
            var rows = estimator.Fit(data).Transform(data).GetColumn<float[]>("Out").ToArray();
            Assert.AreEqual(0, rows[0][1]);
            Assert.AreEqual(0, rows[1][1]);
            Assert.AreNotEqual(0, rows[1][0]);
        }
    }

    [TestMethod]
    public void NaNIsPassedOverAndPassedOn()
    {
        var data = Rows(1, float.NaN, 3);
        AssertClose([1 / 3f, float.NaN, 1], Values(_ml.Transforms.NormalizeMinMax("Out", "Value").Fit(data).Transform(data)));
        AssertClose([-1, float.NaN, 1], Values(_ml.Transforms.NormalizeMeanVariance("Out", "Value", fixZero: false).Fit(data).Transform(data)));
    }

    [TestMethod]
    public void OnlyTheFirstExamplesAreLearnedFrom()
    {
        var data = Rows(-2, 1, 100);
        AssertClose([-1, 0.5f, 50], Values(_ml.Transforms.NormalizeMinMax("Out", "Value", maximumExampleCount: 2).Fit(data).Transform(data)));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => _ml.Transforms.NormalizeMinMax("Out", "Value", maximumExampleCount: 1));
    }

    [TestMethod]
    public void SlotsOfAVectorAreIndependentAndDoublesStayDoubles()
    {
        var data = _ml.Data.LoadFromEnumerable(new[] { new Row { Vector = [1, -8], Double = 5 }, new Row { Vector = [2, 4], Double = -10 } });
        var result = _ml.Transforms.NormalizeMinMax([new("Vector"), new("Double")]).Fit(data).Transform(data);
        AssertClose([0.5f, -1, 1, 0.5f], result.GetColumn<float[]>("Vector").SelectMany(v => v).ToArray());
        CollectionAssert.AreEqual(new[] { 0.5, -1.0 }, result.GetColumn<double>("Double").ToArray());
    }

    [TestMethod]
    public void SparseVectorsGiveTheSameAsDenseOnes()
    {
        SparseRow[] sparse = [new() { Vector = new(3, 1, [4], [1]) }, new() { Vector = new(3, 2, [2, -1], [0, 2]) }, new() { Vector = new(3, 0, [], []) }];
        var dense = sparse.Select(row => new SparseRow { Vector = new(3, row.Vector.DenseValues().ToArray()) }).ToArray();
        foreach (var estimator in new IEstimator<ITransformer>[]
        {
            _ml.Transforms.NormalizeMinMax("Vector"), _ml.Transforms.NormalizeMinMax("Vector", fixZero: false),
            _ml.Transforms.NormalizeMeanVariance("Vector"), _ml.Transforms.NormalizeMeanVariance("Vector", fixZero: false),
        })
        {
            float[] Run(SparseRow[] rows)
            {
                var data = _ml.Data.LoadFromEnumerable(rows);
                return estimator.Fit(data).Transform(data).GetColumn<float[]>("Vector").SelectMany(v => v).ToArray();
            }
            AssertClose(Run(dense), Run(sparse));
        }
        // Slot 0 holds 0, 2, 0: mean 2/3, variance 8/9.
        var view = _ml.Data.LoadFromEnumerable(sparse);
        float first = _ml.Transforms.NormalizeMeanVariance("Vector", fixZero: false).Fit(view).Transform(view).GetColumn<float[]>("Vector").First()[0];
        Assert.AreEqual(-(2 / 3f) / MathF.Sqrt(8 / 9f), first, 1e-6f);
    }

    [TestMethod]
    public void AnnotationsSayNormalizedAndKeepSlotNames()
    {
        var data = Rows(1, 2);
        var pipeline = _ml.Transforms.Concatenate("Features", "Value", "Vector").Append(_ml.Transforms.NormalizeMinMax("Features"));
        var promised = pipeline.GetOutputSchema(DataOpsSchemaProbe.ShapeOf(data)).Single(c => c.Name == "Features");
        var column = pipeline.Fit(data).Transform(data).Schema["Features"];
        Assert.IsTrue(column.IsNormalized());
        Assert.IsTrue(column.HasSlotNames());
        VBuffer<ReadOnlyMemory<char>> names = default;
        column.GetSlotNames(ref names);
        CollectionAssert.AreEqual(new[] { "Value", "", "" }, names.DenseValues().Select(n => n.ToString()).ToArray());
        CollectionAssert.AreEquivalent(new[] { "IsNormalized", "SlotNames" }, promised.Annotations.Select(a => a.Name).ToArray());
        Assert.AreEqual(SchemaShape.Column.VectorKind.Vector, promised.Kind);
    }

    [TestMethod]
    public void ParametersCanBeRead()
    {
        var data = Rows(-2, 0, 4);
        var model = _ml.Transforms.NormalizeMinMax([new("Value"), new("Vector")], fixZero: false).Fit(data);
        var scalar = (NormalizingTransformer.AffineNormalizerModelParameters<float>)model.GetNormalizerModelParameters(0);
        Assert.AreEqual(-2f, scalar.Offset);
        Assert.AreEqual(1 / 6f, scalar.Scale);
        var vector = (NormalizingTransformer.AffineNormalizerModelParameters<ImmutableArray<float>>)model.GetNormalizerModelParameters(1);
        CollectionAssert.AreEqual(new[] { 1 / 6f, 0 }, vector.Scale.ToArray());
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => model.GetNormalizerModelParameters(2));
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void SavedAndLoadedGivesTheSame(bool useCdf)
    {
        var data = Rows(1, 2, 3, 6);
        var model = _ml.Transforms.NormalizeMeanVariance([new("Out", "Value"), new("Vector"), new("Double")], fixZero: false, useCdf: useCdf).Fit(data);
        using var stream = new MemoryStream();
        _ml.Model.Save(model, data.Schema, stream);
        stream.Position = 0;
        var loaded = new MLContext().Model.Load(stream, out _);
        var before = model.Transform(data);
        var after = loaded.Transform(data);
        CollectionAssert.AreEqual(Values(before), Values(after));
        CollectionAssert.AreEqual(before.GetColumn<double>("Double").ToArray(), after.GetColumn<double>("Double").ToArray());
        CollectionAssert.AreEqual(before.GetColumn<float[]>("Vector").SelectMany(v => v).ToArray(), after.GetColumn<float[]>("Vector").SelectMany(v => v).ToArray());
        Assert.IsTrue(after.Schema["Vector"].IsNormalized());
    }

    [TestMethod]
    [DataRow("Text")]
    [DataRow("Absent")]
    public void WrongInputIsRefused(string column)
    {
        var data = Rows(1, 2);
        var estimator = _ml.Transforms.NormalizeMinMax("Out", column);
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => estimator.Fit(data));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => _ml.Transforms.CopyColumns("A", "Value").Append(estimator).Fit(data));
        var model = _ml.Transforms.NormalizeMinMax("Out", "Value").Fit(data);
        var other = _ml.Data.LoadFromEnumerable(new[] { new { Value = "text" } });
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => model.Transform(other));
    }
}
