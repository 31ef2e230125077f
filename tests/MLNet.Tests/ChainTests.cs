using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;

namespace MLNet.GradientTrainers.MLNet.Tests;

[TestClass]
public class ChainTests
{
    private readonly MLContext _ml = new(0);

    private class Input
    {
        public static int Reads;
        private float _a;

        public float A
        {
            get
            {
                Reads++;
                return _a;
            }
            set => _a = value;
        }

        public float B { get; set; }
    }

    private sealed class Output
    {
        public float[]? Features { get; set; }
        public float Copy { get; set; }
    }

    private sealed class Absent
    {
        public float C { get; set; }
    }

    private static Input[] Rows => [new() { A = 1, B = 2 }, new() { A = 3, B = 4 }];

    private IDataView Data => _ml.Data.LoadFromEnumerable(Rows);

    [TestMethod]
    public void AChainFitsOneAfterAnotherAndKeepsTheLastTransformersType()
    {
        var concatenate = _ml.Transforms.Concatenate("Features", "A", "B");
        var pipeline = _ml.Transforms.CopyColumns("Copy", "A").Append(concatenate);
        Assert.AreSame(concatenate, pipeline.LastEstimator);
        var model = pipeline.Fit(Data);
        Assert.IsInstanceOfType<ColumnConcatenatingTransformer>(model.LastTransformer);
        Assert.AreEqual(2, model.Count());
        Assert.AreSame(model.LastTransformer, model.Last());
        var scored = model.Transform(Data);
        CollectionAssert.AreEqual(new[] { 3f, 4f }, scored.GetColumn<float[]>("Features").Last());
        CollectionAssert.AreEqual(new[] { "A", "B", "Copy", "Features" }, model.GetOutputSchema(Data.Schema).Select(c => c.Name).ToArray());
        CollectionAssert.AreEqual(new[] { "A", "B", "Copy", "Features" }, pipeline.Preview(Data).Schema.Select(c => c.Name).ToArray());
    }

    [TestMethod]
    public void ASchemaErrorShowsBeforeDataAreRead()
    {
        Input.Reads = 0;
        var pipeline = _ml.Transforms.NormalizeMinMax("A").Append(_ml.Transforms.Concatenate("Features", "A", "Absent"));
        var error = Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => pipeline.Fit(Data));
        StringAssert.Contains(error.Message, "Absent");
        Assert.AreEqual(0, Input.Reads);
    }

    [TestMethod]
    public void ACacheCheckpointReadsTheSourceOnce()
    {
        int ReadsOf(EstimatorChain<ColumnCopyingTransformer> start)
        {
            Input.Reads = 0;
            start.Append(_ml.Transforms.NormalizeMeanVariance("Copy")).Append(_ml.Transforms.NormalizeMinMax("Copy")).Fit(Data);
            return Input.Reads;
        }
        var copy = new EstimatorChain<ITransformer>().Append(_ml.Transforms.CopyColumns("Copy", "A"));
        Assert.AreEqual(4, ReadsOf(copy));
        Assert.AreEqual(2, ReadsOf(copy.AppendCacheCheckpoint(_ml)));
        Assert.ThrowsExactly<InvalidOperationException>(() => new EstimatorChain<ITransformer>().AppendCacheCheckpoint(_ml));
    }

    [TestMethod]
    public void OnlyTransformersInScopeTakePart()
    {
        var pipeline = _ml.Transforms.CopyColumns("C", "A")
            .Append(_ml.Transforms.CopyColumns("D", "A"), TransformerScope.TrainTest)
            .Append(_ml.Transforms.CopyColumns("E", "A"));
        var model = pipeline.Fit(Data);
        Assert.IsNull(model.Transform(Data).Schema.GetColumnOrNull("D"));
        Assert.IsNotNull(model.Transform(Data, TransformerScope.Everything).Schema.GetColumnOrNull("D"));
        Assert.IsNotNull(model.GetOutputSchema(Data.Schema, TransformerScope.Testing).GetColumnOrNull("D"));
        Assert.AreEqual(2, model.GetModelFor(TransformerScope.Scoring).Count());
    }

    [TestMethod]
    public void TransformersAppendToTransformers()
    {
        ITransformer first = _ml.Transforms.CopyColumns("C", "A").Fit(Data);
        var second = _ml.Transforms.CopyColumns("D", "B").Fit(Data);
        var chain = first.Append(second);
        Assert.AreSame(second, chain.LastTransformer);
        Assert.AreEqual(3, chain.Append(second).Count());
        Assert.IsNull(new TransformerChain<ITransformer>().LastTransformer);
        Assert.AreSame(Data.Schema.GetType(), new TransformerChain<ITransformer>().Transform(Data).Schema.GetType());
        Assert.ThrowsExactly<InvalidOperationException>(() => new TransformerChain<ColumnConcatenatingTransformer>(second));
    }

    [TestMethod]
    public void AFitDelegateSeesTheTransformer()
    {
        ITransformer? seen = null;
        var model = _ml.Transforms.CopyColumns("C", "A").WithOnFitDelegate(t => seen = t).Append(_ml.Transforms.CopyColumns("D", "A")).Fit(Data);
        Assert.AreSame(seen, model.First());
    }

    [TestMethod]
    public void AChainMapsRowByRow()
    {
        ITransformer model = _ml.Transforms.CopyColumns("Copy", "A").Append(_ml.Transforms.Concatenate("Features", "Copy", "B")).Fit(Data);
        Assert.IsTrue(model.IsRowToRowMapper);
        var mapper = model.GetRowToRowMapper(Data.Schema);
        Assert.AreEqual(4, mapper.OutputSchema.Count);
        CollectionAssert.AreEquivalent(new[] { "A", "B" }, mapper.GetDependencies([mapper.OutputSchema["Features"]]).Select(c => c.Name).ToArray());
        CollectionAssert.AreEquivalent(new[] { "A" }, mapper.GetDependencies([mapper.OutputSchema["Copy"]]).Select(c => c.Name).ToArray());
    }

    [TestMethod]
    public void APredictionEngineMapsOneObject()
    {
        var model = _ml.Transforms.CopyColumns("Copy", "A").Append(_ml.Transforms.Concatenate("Features", "A", "B")).Fit(Data);
        using var engine = _ml.Model.CreatePredictionEngine<Input, Output>(model);
        var prediction = engine.Predict(new Input { A = 5, B = 6 });
        Assert.AreEqual(5f, prediction.Copy);
        CollectionAssert.AreEqual(new[] { 5f, 6f }, prediction.Features);

        var first = prediction;
        engine.Predict(new Input { A = 7, B = 8 }, ref prediction);
        Assert.AreSame(first, prediction);
        CollectionAssert.AreEqual(new[] { 7f, 8f }, prediction.Features);
        CollectionAssert.AreEqual(new[] { "A", "B", "Copy", "Features" }, engine.OutputSchema.Select(c => c.Name).ToArray());

        Output? none = null;
        engine.Predict(new Input { A = 1 }, ref none!);
        Assert.AreEqual(1f, none.Copy);
        Assert.ThrowsExactly<ArgumentNullException>(() => engine.Predict(null!));
    }

    [TestMethod]
    public void APredictionEngineMayRequireEveryMember()
    {
        var model = _ml.Transforms.CopyColumns("Copy", "A").Fit(Data);
        Assert.AreEqual(0f, _ml.Model.CreatePredictionEngine<Input, Absent>(model).Predict(new Input()).C);
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => _ml.Model.CreatePredictionEngine<Input, Absent>(model, ignoreMissingColumns: false));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => _ml.Model.CreatePredictionEngine<Input, Absent>(model, new PredictionEngineOptions { IgnoreMissingColumns = false }));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => _ml.Model.CreatePredictionEngine<Absent, Output>(model));
        Assert.ThrowsExactly<ArgumentNullException>(() => _ml.Model.CreatePredictionEngine<Input, Output>(null!));
    }

    private sealed class Sized
    {
        public float[]? Features { get; set; }
    }

    [TestMethod]
    public void AnInputSchemaGivesTheEngineItsVectorSizes()
    {
        var definition = SchemaDefinition.Create(typeof(Sized));
        definition["Features"].ColumnType = new VectorDataViewType(NumberDataViewType.Single, 2);
        var data = _ml.Data.LoadFromEnumerable([new Sized { Features = [1, 2] }, new Sized { Features = [2, 4] }], definition);
        var model = _ml.Transforms.NormalizeMinMax("Features").Fit(data);
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => _ml.Model.CreatePredictionEngine<Sized, Sized>(model));
        var engine = _ml.Model.CreatePredictionEngine<Sized, Sized>(model, data.Schema);
        CollectionAssert.AreEqual(new[] { 0.5f, 0.5f }, engine.Predict(new Sized { Features = [1, 2] }).Features);
    }
}
