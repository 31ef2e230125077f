using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers.Tests;

/// <summary>Features whose rows keep only the values that are not 0, against the same rows with all values.</summary>
[TestClass]
public sealed class SparseRowsTests
{
    private const int Width = 400;
    private const int Rows = 150;

    [TestMethod]
    public void SparseRowsTrainTheModelOfDenseRows()
    {
        var context = new MLContext(seed: 1);
        var sparse = Load(context, Table(Storage.Sparse));
        var dense = Load(context, Table(Storage.Dense));
        var trainer = Classifier(context);
        AssertSame(trainer.Fit(dense).Model.Weights.Flat(), trainer.Fit(sparse).Model.Weights.Flat());
        AssertSame(trainer.Fit(dense, sparse).Model.Weights.Flat(), trainer.Fit(sparse, dense).Model.Weights.Flat());

        var regression = new MlpRegressionTrainer(context, Plain.MlpRegression with { LabelColumnName = "Number", HiddenLayers = [9], NumberOfEpochs = 4, BatchSize = 16, Seed = 1 });
        AssertSame(regression.Fit(dense).Model.Weights.Flat(), regression.Fit(sparse).Model.Weights.Flat());
        CollectionAssert.AreEqual(EstimatorContract.Scores(regression.Fit(dense), dense), EstimatorContract.Scores(regression.Fit(sparse), sparse));
        Assert.AreEqual(trainer.FindLearningRate(dense).Suggestion, trainer.FindLearningRate(sparse).Suggestion);
    }

    /// <summary>Counts of thousands train the model of shares: each column by its largest value, folded into the first layer. Powers of two round nothing.</summary>
    [TestMethod]
    public void LargeValuesAreScaledAndStaySparse()
    {
        var context = new MLContext(seed: 1);
        IDataView Scaled(float factor) => Load(context, [.. Table(Storage.Sparse).Select(row => new SparseRow
        {
            Species = row.Species,
            Number = row.Number,
            Features = new VBuffer<float>(row.Features.Length, row.Features.GetValues().Length, row.Features.GetValues().ToArray().Select(x => factor * x).ToArray(), row.Features.GetIndices().ToArray()),
        })]);
        var options = Plain.Mlp with { FeatureScaling = FeatureScaling.Standard, HiddenLayers = [7], NumberOfEpochs = 3, Seed = 2 };
        var usual = new MlpTrainer(context, options).Fit(Scaled(1));
        var large = new MlpTrainer(context, options with { FeatureScaling = FeatureScaling.Auto }).Fit(Scaled(4096));
        Assert.IsInstanceOfType<Dense>(large.Model.Definition.Layers[0]);
        CollectionAssert.AreEqual(EstimatorContract.Scores(usual, Scaled(1)), EstimatorContract.Scores(large, Scaled(4096)));

        // Going on starts where it ended.
        var more = new MlpTrainer(context, options with { FeatureScaling = FeatureScaling.Auto, LearningRate = 1e-12, NumberOfEpochs = 1 }).Fit(Scaled(4096), large.Model);
        float[] before = EstimatorContract.Scores(large, Scaled(4096));
        float[] after = EstimatorContract.Scores(more, Scaled(4096));
        Assert.IsTrue(before.Zip(after, (x, y) => Math.Abs(x - y)).All(difference => difference < 1e-5f));
    }

    /// <summary>One of many categories beside a year and an income, as OneHotEncoding and Concatenate give them: the numbers that all rows have are centred, the categories stay sparse.</summary>
    [TestMethod]
    public void NumbersBesideManyCategoriesAreLearned()
    {
        var context = new MLContext(seed: 1);
        var random = new Random(1);
        double[] effects = [.. Enumerable.Range(0, 100).Select(_ => 2 * random.NextDouble())];
        List<SparseRow> rows = [.. Enumerable.Range(0, 1000).Select(_ =>
        {
            int category = random.Next(100);
            float year = 1990 + random.Next(30);
            float income = 20000 + (60000 * random.NextSingle());
            return new SparseRow
            {
                Species = "none",
                Number = (float)(effects[category] + ((year - 2005) / 10) + ((income - 50000) / 20000)),
                Features = new VBuffer<float>(102, 3, [1, year, income], [category, 100, 101]),
            };
        })];
        var schema = SchemaDefinition.Create(typeof(SparseRow));
        schema["Features"].ColumnType = new VectorDataViewType(NumberDataViewType.Single, 102);
        var split = context.Data.TrainTestSplit(context.Data.LoadFromEnumerable(rows, schema), 0.25);
        var model = context.Regression.Trainers.Mlp(labelColumnName: "Number").Fit(split.TrainSet);
        Assert.IsInstanceOfType<Dense>(model.Model.Definition.Layers[0]);
        Assert.IsGreaterThan(0.7, context.Regression.Evaluate(model.Transform(split.TestSet), labelColumnName: "Number").RSquared);

        var more = new MlpRegressionTrainer(context, new MlpRegressionTrainer.Options { LabelColumnName = "Number", LearningRate = 1e-12, NumberOfEpochs = 1 }).Fit(split.TrainSet, model.Model);
        float[] before = EstimatorContract.Scores(model, split.TestSet);
        float[] after = EstimatorContract.Scores(more, split.TestSet);
        Assert.IsTrue(before.Zip(after, (x, y) => Math.Abs(x - y)).All(difference => difference < 1e-3f));
    }

    [TestMethod]
    public void TrainingGoesOnFromAModel()
    {
        var context = new MLContext(seed: 1);
        var sparse = Load(context, Table(Storage.Sparse));
        var dense = Load(context, Table(Storage.Dense));
        var trainer = Classifier(context);
        AssertSame(trainer.Fit(dense, trainer.Fit(dense).Model).Model.Weights.Flat(), trainer.Fit(sparse, trainer.Fit(sparse).Model).Model.Weights.Flat());
    }

    [TestMethod]
    public void TheContractHoldsForSparseRows() => EstimatorContract.Check(Classifier, context => Load(context, Table(Storage.Sparse)));

    /// <summary>Scores are the same bits however the rows are stored, whichever way comes first, in batches and one by one.</summary>
    [TestMethod]
    public void ScoresAreTheSameBitsHoweverRowsAreStored()
    {
        var context = new MLContext(seed: 1);
        var model = Classifier(context).Fit(Load(context, Table(Storage.Sparse)));
        float[] expected = EstimatorContract.Scores(model, Load(context, Table(Storage.Dense)));
        Assert.IsGreaterThan(Rows / 2, expected.Distinct().Count(), "the scores tell rows apart");
        foreach (var storage in (Storage[])[Storage.Sparse, Storage.SparseThenDense, Storage.DenseThenSparse])
        {
            var rows = Table(storage);
            CollectionAssert.AreEqual(expected, EstimatorContract.Scores(model, Load(context, rows)), storage.ToString());
            using var engine = context.Model.CreatePredictionEngine<SparseRow, BlobPrediction>(model, inputSchemaDefinition: Schema(Width));
            CollectionAssert.AreEqual(expected, rows.SelectMany(row => engine.Predict(row).Score).ToArray(), storage.ToString());
        }
    }

    /// <summary>Blocks of dense rows are small where rows are wide; a block that has begun sparse takes dense rows in, until it is full.</summary>
    [TestMethod]
    public void WideRowsAreScoredInBlocksOfAnySize()
    {
        const int Wide = 300_000;
        var context = new MLContext(seed: 1);
        var rows = Enumerable.Range(0, 60).Select(i => Row(i, Wide, [i, 1000 + i, Wide - 1], [1, 2, i % 7], dense: i % 20 >= 13)).ToList();
        var trainer = new MlpTrainer(context, Plain.Mlp with { HiddenLayers = [2], NumberOfEpochs = 1, Seed = 1 });
        var model = trainer.Fit(Load(context, rows.Where(row => !row.Features.IsDense).ToList(), Wide));
        float[] scores = EstimatorContract.Scores(model, Load(context, rows, Wide));
        using var engine = context.Model.CreatePredictionEngine<SparseRow, BlobPrediction>(model, inputSchemaDefinition: Schema(Wide));
        CollectionAssert.AreEqual(rows.SelectMany(row => engine.Predict(row).Score).ToArray(), scores);
    }

    /// <summary>A million slots: 256 such rows would be a gigabyte.</summary>
    [TestMethod]
    public void SparseRowsTakeNoRoomForTheirZeros()
    {
        const int Wide = 1_000_000;
        var context = new MLContext(seed: 1);
        var rows = Load(context, Enumerable.Range(0, 600).Select(i => Row(i, Wide, [i, 1000 + (500 * i)], [1, 1])).ToList(), Wide);
        var model = new MlpTrainer(context, Plain.Mlp with { HiddenLayers = [1], NumberOfEpochs = 1, BatchSize = 256, Seed = 1 }).Fit(rows);
        EstimatorContract.Scores(model, rows);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.HasCount(600 * Blobs.Classes.Length, EstimatorContract.Scores(model, rows));
        Assert.IsLessThan(Wide * sizeof(float), GC.GetAllocatedBytesForCurrentThread() - before, "not even one dense row");
    }

    [TestMethod]
    public void RowsWithoutAnyValueAreRows()
    {
        var context = new MLContext(seed: 1);
        var rows = Enumerable.Range(0, 60).Select(i => Row(i, Width, [], [])).ToList();
        var model = Classifier(context).Fit(Load(context, rows));
        float[] scores = EstimatorContract.Scores(model, Load(context, rows));
        Assert.AreEqual(Blobs.Classes.Length, scores.Distinct().Count(), "one score a class, for all rows");
        CollectionAssert.AreEqual(scores, EstimatorContract.Scores(model, Load(context, [.. rows.Select((_, i) => Row(i, Width, [], [], dense: true))])));
    }

    [TestMethod]
    public void RowsThatCanNotBeAreRefused()
    {
        var context = new MLContext(seed: 1);
        var model = Classifier(context).Fit(Load(context, Table(Storage.Sparse)));
        SparseRow[] wrong = [Row(0, Width + 1, [3], [1]), Row(0, Width, [7, 3], [1, 1]), Row(0, Width, [Width], [1]), Row(0, Width, [-1], [1])];
        foreach (var row in wrong)
        {
            List<SparseRow> rows = [.. Table(Storage.Sparse).Take(20), row];
            Refused(() => EstimatorContract.Scores(model, Load(context, rows)));
            Refused(() => Classifier(context).Fit(Load(context, rows)));

            // An engine that has refused a row goes on.
            using var engine = context.Model.CreatePredictionEngine<SparseRow, BlobPrediction>(model, inputSchemaDefinition: Schema(Width));
            float[] scores = engine.Predict(rows[0]).Score;
            Refused(() => engine.Predict(row));
            CollectionAssert.AreEqual(scores, engine.Predict(rows[0]).Score);
        }

        static void Refused(Action action)
        {
            var exception = Assert.Throws<Exception>(action);
            Assert.IsTrue(exception is ArgumentException or InvalidOperationException, exception.ToString());
        }
    }

    private enum Storage
    {
        Sparse,
        Dense,
        SparseThenDense,
        DenseThenSparse,
    }

    private static MlpTrainer Classifier(MLContext context) =>
        new(context, Plain.Mlp with { HiddenLayers = [17], NumberOfEpochs = 5, BatchSize = 16, Optimizer = new Adam { LearningRate = 0.01 }, Seed = 1 });

    private static void AssertSame(float[] expected, float[] actual) => CollectionAssert.AreEqual(expected, actual);

    /// <summary>Rows of up to eight values; each class has words of its own.</summary>
    private static List<SparseRow> Table(Storage storage)
    {
        var random = new Random(1);
        var rows = new List<SparseRow>();
        for (int i = 0; i < Rows; i++)
        {
            int kind = i % Blobs.Classes.Length;
            int[] columns = [.. Enumerable.Range(0, i % 9).Select(j => j < 3 ? kind + (3 * random.Next(10)) : random.Next(Width)).Distinct().Order()];
            float[] values = [.. columns.Select(_ => random.NextSingle())];
            bool dense = storage switch { Storage.Sparse => false, Storage.Dense => true, Storage.SparseThenDense => i % 2 == 1, _ => i % 2 == 0 };
            rows.Add(Row(i, Width, columns, values, dense));
        }

        return rows;
    }

    private static SparseRow Row(int number, int width, int[] columns, float[] values, bool dense = false)
    {
        var row = new VBuffer<float>(width, columns.Length, values, columns);
        return new SparseRow
        {
            Species = Blobs.Classes[number % Blobs.Classes.Length],
            Number = number % 11,
            Features = dense ? new VBuffer<float>(width, [.. row.DenseValues()]) : row,
        };
    }

    private static IDataView Load(MLContext context, IReadOnlyList<SparseRow> rows, int width = Width)
    {
        var data = context.Data.LoadFromEnumerable(rows, Schema(width));
        return context.Transforms.Conversion.MapValueToKey("Label", "Species").Fit(data).Transform(data);
    }

    private static SchemaDefinition Schema(int width)
    {
        var schema = SchemaDefinition.Create(typeof(SparseRow));
        schema[nameof(SparseRow.Features)].ColumnType = new VectorDataViewType(NumberDataViewType.Single, width);
        return schema;
    }

    private sealed class SparseRow
    {
        public string Species { get; set; } = "";

        public float Number { get; set; }

        public VBuffer<float> Features { get; set; }
    }
}
