using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers.Tests;

/// <summary>What perceptrons alone have: options, classes of validation rows, features of a model; each refused with a sentence that helps.</summary>
[TestClass]
public sealed class MlpInputTests
{
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
        Refused(o => o.HiddenLayers = [8, 0], "HiddenLayers");
        Refused(o => o.Members = 0, "Members");
        Refused(o => o.Members = 2000, "Members");
        Refused(o => o.FeatureScaling = (FeatureScaling)99, "FeatureScaling");
        Refused(o => o.Dropout = 1, "Dropout");
        Refused(o => o.NumberOfThreads = 0, "NumberOfThreads");
        Refused(o => o.Backend = (BackendKind)99, "Backend");
        Refused(o => o.Loss = new SoftmaxCrossEntropy { LabelSmoothing = 2 }, "LabelSmoothing");
        Refused(o => o.Activation = new LeakyReLU(double.NaN), "Slope");
        Refused(o => o.WeightInitializer = new Normal(0, -1), "StandardDeviation");
        Refused(o => o.BiasInitializer = new Constant(double.NaN), "Value");

        void Refused(Action<MlpTrainer.Options> change, string option)
        {
            var options = new MlpTrainer.Options();
            change(options);
            var exception = Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new MlpTrainer(context, options));
            Assert.AreEqual(option, exception.ParamName);
            Assert.Contains("must be", exception.Message);
        }
    }
}
