using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.GradientTrainers.Bridge;
using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers.Tests;

/// <summary>Wrong options, wrong schemas and unusable rows of linear trainers.</summary>
[TestClass]
public sealed class LinearInputTests
{
    [TestMethod]
    [DataRow("Nothing", "Features", null, "label column 'Nothing'", "labelColumnName")]
    [DataRow("Text", "Features", null, "needs Single as its label column 'Text'", "ConvertType(\"Text\"")]
    [DataRow("Key", "Features", null, "needs Single as its label column 'Key'", "MulticlassClassification")]
    [DataRow("Double", "Features", null, "a single value of type Double", "ConvertType(\"Double\"")]
    [DataRow("Features", "Features", null, "a vector of Single", "Regression.Trainers.Mlp")]
    [DataRow("Label", "Weight", null, "needs a known-size vector of Single", "Concatenate(\"Weight\"")]
    [DataRow("Label", "Features", "Text", "needs Single as its example weight column", "ConvertType(\"Text\"")]
    public void WrongColumnsAreRefusedBeforeAnyRowIsRead(string label, string features, string? weight, string problem, string mend)
    {
        var context = new MLContext(seed: 1);
        var rows = context.Data.LoadFromEnumerable(Plane.Rows(6).Select(r => new WideRow { Features = r.Features, Label = 1, Weight = 1, Text = "a", Double = 1 }));
        var spy = new SpyView(context.Transforms.Conversion.MapValueToKey("Key", "Text").Fit(rows).Transform(rows));
        var trainer = new GradientDescentTrainer(context, label, features, weight);
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
        var rows = Plane.Rows(60);
        rows[3].Features[1] = float.NaN;
        rows[9].Label = float.PositiveInfinity;
        rows[20].Weight = float.NaN;
        var warnings = Log.Warnings(context);
        LinearTrainer Trainer() => new MiniBatchSgdTrainer(context, new MiniBatchSgdTrainer.Options { NumberOfEpochs = 3, ExampleWeightColumnName = "Weight", Seed = 1 });
        var model = Trainer().Fit(context.Data.LoadFromEnumerable(rows));
        Assert.HasCount(1, warnings);
        Assert.Contains("3 of 60 training rows are skipped", warnings[0]);
        var expected = Trainer().Fit(context.Data.LoadFromEnumerable(rows.Where((_, i) => i is not (3 or 9 or 20))));
        CollectionAssert.AreEqual(expected.Model.Weights.ToArray(), model.Model.Weights.ToArray());

        rows.ForEach(r => r.Label = float.NaN);
        Assert.Contains("none of the 60", Assert.ThrowsExactly<InvalidOperationException>(() => Trainer().Fit(context.Data.LoadFromEnumerable(rows))).Message);
    }

    [TestMethod]
    public void UnscaledFeaturesAreWarnedAboutOnceWithTheCallThatMendsIt()
    {
        var context = new MLContext(seed: 1);
        var rows = Plane.Rows(30);
        rows.ForEach(r => r.Features[2] *= 200);
        var warnings = Log.Warnings(context);
        new GradientDescentTrainer(context, learningRate: 1e-5, numberOfEpochs: 5).Fit(context.Data.LoadFromEnumerable(rows));
        Assert.HasCount(1, warnings);
        Assert.Contains("NormalizeMeanVariance(\"Features\", fixZero: false)", warnings[0]);
        new GradientDescentTrainer(context, learningRate: 1e-5, numberOfEpochs: 5).Fit(context.Data.LoadFromEnumerable(rows), context.Data.LoadFromEnumerable(rows));
        Assert.HasCount(2, warnings, "a validation set adds none");
        warnings.RemoveAt(1);
        new GradientDescentTrainer(context, numberOfEpochs: 5).Fit(Plane.Load(context));
        Assert.HasCount(1, warnings);
    }

    /// <summary>Descent does not see them, and says nothing itself.</summary>
    [TestMethod]
    public void TinyFeaturesAreWarnedAboutAndRareOnesAreNot()
    {
        var context = new MLContext(seed: 1);
        var rows = Plane.Rows(30);
        rows.ForEach(r => r.Features[2] = 0);
        rows[4].Features[2] = 1;
        var warnings = Log.Warnings(context);
        new GradientDescentTrainer(context, numberOfEpochs: 5).Fit(context.Data.LoadFromEnumerable(rows));
        Assert.IsEmpty(warnings);
        rows.ForEach(r => r.Features[1] *= 1e-6f);
        new GradientDescentTrainer(context, numberOfEpochs: 5).Fit(context.Data.LoadFromEnumerable(rows));
        Assert.HasCount(1, warnings);
        Assert.Contains("E-07", warnings[0]);
        Assert.Contains("NormalizeMeanVariance(\"Features\", fixZero: false)", warnings[0]);
    }

    [TestMethod]
    public void ValidationRowsMustHaveTheSameFeatures()
    {
        var context = new MLContext(seed: 1);
        var data = Plane.Load(context, 9);
        var wider = context.Transforms.Concatenate("Features", "Features", "Weight").Fit(data).Transform(data);
        var exception = Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new SgdTrainer(context).Fit(data, wider));
        Assert.Contains("the validation features 'Features' have 4 values a row, the training ones 3", exception.Message);
    }

    [TestMethod]
    public void InitialWeightsMustFitTheFeatures()
    {
        var context = new MLContext(seed: 1);
        var trainer = new GradientDescentTrainer(context, new GradientDescentTrainer.Options { InitialWeights = [1, 2] });
        Assert.Contains("2 InitialWeights, but 'Features' has 3", Assert.ThrowsExactly<ArgumentException>(() => trainer.Fit(Plane.Load(context))).Message);
    }

    [TestMethod]
    public void AWeightThatSingleCannotHoldIsAnError()
    {
        var context = new MLContext(seed: 1);
        var trainer = new GradientDescentTrainer(context, new GradientDescentTrainer.Options { InitialWeights = [1e300, 0, 0], NumberOfEpochs = 1, LearningRate = 1e-300 });
        var rows = Plane.Rows(10);
        rows.ForEach(r => r.Features[0] = 0);
        Assert.Contains("Single", Assert.ThrowsExactly<InvalidOperationException>(() => trainer.Fit(context.Data.LoadFromEnumerable(rows))).Message);
    }

    [TestMethod]
    public void OptionsAreCheckedAtOnce()
    {
        var context = new MLContext();
        Refused(o => o.NumberOfEpochs = 0, "NumberOfEpochs");
        Refused(o => o.BatchSize = 0, "BatchSize");
        Refused(o => o.LearningRate = 0, "LearningRate");
        Refused(o => o.L2Regularization = -1, "L2Regularization");
        Refused(o => o.L1Regularization = double.PositiveInfinity, "L1Regularization");
        Refused(o => o.Tolerance = -1, "Tolerance");
        Refused(o => o.AverageFromEpoch = 0, "AverageFromEpoch");
        Refused(o => o.AverageFromEpoch = 101, "AverageFromEpoch");
        Refused(o => o.InitialWeights = [double.NaN], "InitialWeights");
        Refused(o => o.InitialBias = double.NaN, "InitialBias");
        Refused(o => o.Schedule = null!, "Schedule");
        Refused(o => o.ClipNorm = 0, "ClipNorm");
        Refused(o => o.ValidationFraction = 1, "ValidationFraction");
        Refused(o => o.Optimizer = null!, "Optimizer");
        Refused(o => o.Loss = null!, "Loss");
        Refused(o => o.Loss = new SoftmaxCrossEntropy(), "Loss");
        Refused(o => o.Loss = new Poisson(), "Loss");
        Refused(o => o.LabelColumnName = "", "LabelColumnName");
        var tolerance = Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new GradientDescentTrainer(context, new GradientDescentTrainer.Options { GradientTolerance = -1 }));
        Assert.AreEqual("GradientTolerance", tolerance.ParamName);
        Assert.ThrowsExactly<ArgumentNullException>(() => new SgdTrainer(null!));
        Assert.ThrowsExactly<ArgumentNullException>(() => new SgdTrainer(context, (SgdTrainer.Options)null!));

        void Refused(Action<MiniBatchSgdTrainer.Options> change, string option)
        {
            var options = new MiniBatchSgdTrainer.Options();
            change(options);
            var exception = Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new MiniBatchSgdTrainer(context, options));
            Assert.AreEqual(option, exception.ParamName);
            Assert.Contains("must be", exception.Message);
        }
    }

    internal sealed class WideRow
    {
        public float Label { get; set; }

        [VectorType(3)]
        public float[] Features { get; set; } = [];

        public float Weight { get; set; }

        public string Text { get; set; } = "";

        public double Double { get; set; }
    }
}
