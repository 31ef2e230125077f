using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.GradientTrainers.Kernels;
using MLNet.GradientTrainers.Bridge;

namespace MLNet.GradientTrainers.Tests;

/// <summary>Wrong options, wrong schemas and unusable rows: each refused or reported with a sentence that helps.</summary>
[TestClass]
public sealed class MlpInputTests
{
    [TestMethod]
    [DataRow("Nothing", "Features", null, "label column 'Nothing'", "MapValueToKey")]
    [DataRow("Species", "Features", null, "needs a key as its label column", "MapValueToKey(\"Species\")")]
    [DataRow("Label", "Nothing", null, "feature column 'Nothing'", "Concatenate(\"Nothing\"")]
    [DataRow("Label", "Weight", null, "needs a known-size vector of Single", "Concatenate(\"Weight\"")]
    [DataRow("Label", "Species", null, "needs a known-size vector of Single", "FeaturizeText(\"Species\")")]
    [DataRow("Label", "Label", null, "needs a known-size vector of Single", "MapKeyToVector(\"Label\")")]
    [DataRow("Label", "Doubles", null, "a vector of Double", "ConvertType(\"Doubles\"")]
    [DataRow("Label", "Variable", null, "unknown size", "[VectorType(size)]")]
    [DataRow("Label", "Features", "Nothing", "example weight column 'Nothing'", "exampleWeightColumnName")]
    [DataRow("Label", "Features", "Species", "needs Single as its example weight column", "ConvertType(\"Species\"")]
    public void WrongColumnsAreRefusedBeforeAnyRowIsRead(string label, string features, string? weight, string problem, string mend)
    {
        var context = new MLContext(seed: 1);
        var rows = context.Data.LoadFromEnumerable(Blobs.Rows(6).Select(r => new WideRow { Species = r.Species, Features = r.Features, Doubles = [1], Variable = [1] }));
        var spy = new SpyView(context.Transforms.Conversion.MapValueToKey("Label", "Species").Fit(rows).Transform(rows));
        var trainer = new MlpTrainer(context, label, features, weight);

        var inFit = Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => trainer.Fit(spy));
        Assert.Contains(problem, inFit.Message);
        Assert.Contains(mend, inFit.Message);
        Assert.AreEqual(0, spy.Cursors);

        var inSchema = Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => trainer.GetOutputSchema(SchemaShapes.Of(spy.Schema)));
        Assert.AreEqual(inFit.Message, inSchema.Message);
    }

    [TestMethod]
    public void UnusableRowsAreSkippedCountedAndWarnedAboutOnce()
    {
        var context = new MLContext(seed: 1);
        var rows = Blobs.Rows(60);
        rows[3].Features[1] = float.NaN;
        rows[9].Features[0] = float.PositiveInfinity;
        rows[20].Weight = float.NaN;
        var warnings = Log.Warnings(context);
        var options = new MlpTrainer.Options { HiddenLayers = [4], NumberOfEpochs = 2, ExampleWeightColumnName = "Weight", Seed = 1 };
        var model = new MlpTrainer(context, options).Fit(Blobs.Load(context, rows));
        Assert.HasCount(1, warnings);
        Assert.Contains("3 of 60 training rows are skipped: 2 with NaN or infinite values in 'Features', 1 with a NaN or infinite weight in 'Weight'.", warnings[0]);

        var clean = rows.Where((_, i) => i is not (3 or 9 or 20));
        var expected = new MlpTrainer(context, options).Fit(Blobs.Load(context, clean));
        CollectionAssert.AreEqual(expected.Model.Weights.Flat(), model.Model.Weights.Flat());
    }

    [TestMethod]
    public void NoUsableRowIsAnError()
    {
        var context = new MLContext(seed: 1);
        var rows = Blobs.Rows(9);
        rows.ForEach(r => r.Features[2] = float.NaN);
        var exception = Assert.ThrowsExactly<InvalidOperationException>(() => new MlpTrainer(context).Fit(Blobs.Load(context, rows)));
        Assert.Contains("none of the 9 training rows is usable: 9 with NaN", exception.Message);
    }

    [TestMethod]
    public void NoRowIsAnError()
    {
        var context = new MLContext(seed: 1);
        var none = context.Data.FilterRowsByColumn(Blobs.Load(context, 9), "Weight", 5, 6);
        var exception = Assert.ThrowsExactly<InvalidOperationException>(() => new MlpTrainer(context).Fit(none));
        Assert.Contains("no rows", exception.Message);
    }

    [TestMethod]
    public void ANegativeWeightIsAnErrorThatNamesTheRow()
    {
        var context = new MLContext(seed: 1);
        var rows = Blobs.Rows(9);
        rows[4].Weight = -1;
        var exception = Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new MlpTrainer(context, exampleWeightColumnName: "Weight").Fit(Blobs.Load(context, rows)));
        Assert.Contains("training row 4 (counted from 0) has the weight -1", exception.Message);
    }

    [TestMethod]
    public void UnnormalisedFeaturesAreWarnedAboutOnce()
    {
        var context = new MLContext(seed: 1);
        var rows = Blobs.Rows(30);
        rows.ForEach(r => r.Features[2] *= 200);
        var warnings = Log.Warnings(context);
        new MlpTrainer(context, hiddenLayers: [4], learningRate: 1e-5, numberOfEpochs: 1).Fit(Blobs.Load(context, rows));
        Assert.HasCount(1, warnings);
        Assert.Contains("NormalizeMeanVariance(\"Features\", fixZero: false)", warnings[0]);
    }

    [TestMethod]
    public void OneClassIsAnError()
    {
        var context = new MLContext(seed: 1);
        var rows = Blobs.Rows(9);
        rows.ForEach(r => r.Species = "ash");
        var exception = Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new MlpTrainer(context).Fit(Blobs.Load(context, rows)));
        Assert.Contains("at least 2", exception.Message);
    }

    [TestMethod]
    public void ValidationRowsMustHaveTheSameClassesAndFeatures()
    {
        var context = new MLContext(seed: 1);
        var rows = Blobs.Rows(9);
        rows.ForEach(r => r.Species += "!");
        var exception = Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new MlpTrainer(context).Fit(Blobs.Load(context), Blobs.Load(context, rows)));
        Assert.Contains("same fitted MapValueToKey", exception.Message);
    }

    [TestMethod]
    public void AModelRefusesOtherFeatures()
    {
        var context = new MLContext(seed: 1);
        var data = Blobs.Load(context, 30);
        var model = new MlpTrainer(context, hiddenLayers: [3], numberOfEpochs: 1).Fit(data);
        var wider = context.Transforms.Concatenate("Features", "Features", "Weight").Fit(data).Transform(data);
        var exception = Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => model.Transform(wider));
        Assert.Contains("a vector of 4 Single values in 'Features'", exception.Message);
        var without = context.Transforms.DropColumns("Features").Fit(data).Transform(data);
        exception = Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => model.Transform(without));
        Assert.Contains("no feature column 'Features'", exception.Message);
    }

    [TestMethod]
    [DataRow(false, 3)]
    [DataRow(true, 3)]
    [DataRow(true, 5)]
    public void ARowOfAnotherLengthIsNamed(bool sparse, int length)
    {
        // ML.NET itself does not hold rows to the size that [VectorType] promises.
        var context = new MLContext(seed: 1);
        var rows = Blobs.Rows(20).Select((r, i) => new MlpTrainerTests.SparseRow
        {
            Label = (uint)(i % 3),
            Features = sparse ? new VBuffer<float>(i == 5 ? length : 4, 1, [1f], [2]) : new VBuffer<float>(i == 5 ? length : 4, r.Features),
        });
        var exception = Assert.ThrowsExactly<InvalidOperationException>(() => new MlpTrainer(context).Fit(context.Data.LoadFromEnumerable(rows)));
        Assert.Contains("training row 5 ", exception.Message);
        Assert.Contains($"{length} values in 'Features'", exception.Message);
        Assert.Contains("promises 4", exception.Message);
    }

    [TestMethod]
    public void OptionsAreCheckedAtOnce()
    {
        var context = new MLContext();
        Refused(o => o.NumberOfEpochs = 0, "NumberOfEpochs");
        Refused(o => o.BatchSize = 0, "BatchSize");
        Refused(o => o.HiddenLayers = [8, 0], "HiddenLayers");
        Refused(o => o.HiddenLayers = null!, "HiddenLayers");
        Refused(o => o.Dropout = 1, "Dropout");
        Refused(o => o.LearningRate = double.NaN, "LearningRate");
        Refused(o => o.LearningRate = -1, "LearningRate");
        Refused(o => o.L2Regularization = -1, "L2Regularization");
        Refused(o => o.ClipNorm = 0, "ClipNorm");
        Refused(o => o.ValidationFraction = 1, "ValidationFraction");
        Refused(o => o.NumberOfThreads = 0, "NumberOfThreads");
        Refused(o => o.Optimizer = null!, "Optimizer");
        Refused(o => o.Loss = null!, "Loss");
        Refused(o => o.FeatureColumnName = "", "FeatureColumnName");
        Refused(o => o.Backend = (BackendKind)99, "Backend");
        Refused(o => o.CancellationBehavior = (CancellationBehavior)99, "CancellationBehavior");
        Refused(o => o.EarlyStopping = new EarlyStopping { Patience = 0 }, "Patience");
        Refused(o => o.Loss = new SoftmaxCrossEntropy { LabelSmoothing = 2 }, "LabelSmoothing");
        Refused(o => o.Activation = new LeakyReLU(double.NaN), "Slope");
        Refused(o => o.WeightInitializer = new Normal(0, -1), "StandardDeviation");
        Refused(o => o.BiasInitializer = new Constant(double.NaN), "Value");
        Assert.ThrowsExactly<ArgumentNullException>(() => new MlpTrainer(null!));
        Assert.ThrowsExactly<ArgumentNullException>(() => new MlpTrainer(context, (MlpTrainer.Options)null!));

        void Refused(Action<MlpTrainer.Options> change, string option)
        {
            var options = new MlpTrainer.Options();
            change(options);
            var exception = Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new MlpTrainer(context, options));
            Assert.AreEqual(option, exception.ParamName);
            Assert.Contains("must be", exception.Message);
        }
    }

    internal sealed class WideRow
    {
        public string Species { get; set; } = "";

        [VectorType(4)]
        public float[] Features { get; set; } = [];

        public float Weight { get; set; }

        [VectorType(1)]
        public double[] Doubles { get; set; } = [];

        public float[] Variable { get; set; } = [];
    }
}
