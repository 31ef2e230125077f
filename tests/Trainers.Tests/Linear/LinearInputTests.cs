using Microsoft.ML;
using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers.Tests;

/// <summary>Options and models that linear trainers alone have, refused with a sentence that helps.</summary>
[TestClass]
public sealed class LinearInputTests
{
    [TestMethod]
    public void InitialWeightsMustFitTheFeatures()
    {
        var context = new MLContext(seed: 1);
        var trainer = new GradientDescentTrainer(context, new GradientDescentTrainer.Options { InitialWeights = [1, 2] });
        Assert.Contains("2 InitialWeights, but 'Features' has 3", Assert.ThrowsExactly<ArgumentException>(() => trainer.Fit(Plane.Load(context))).Message);
    }

    /// <summary>The advice of the error is followed to the letter.</summary>
    [TestMethod]
    public void AWeightThatSingleCannotHoldIsAnErrorThatHelps()
    {
        var context = new MLContext(seed: 1);
        var data = context.Data.LoadFromEnumerable(Enumerable.Range(0, 50).Select(i => new LineRow { Features = [1e-20f * i], Label = 1e25f * i }));
        string message = Assert.ThrowsExactly<InvalidOperationException>(() => new GradientDescentTrainer(context, new GradientDescentTrainer.Options { FeatureScaling = FeatureScaling.None, LearningRate = 5e36, FitIntercept = false }).Fit(data)).Message;
        Assert.Contains("a weight is 1E+45, beyond the 3.4E+38 that the Single numbers of a model hold", message);
        Assert.Contains("mlContext.Transforms.NormalizeMeanVariance(\"Features\", fixZero: false)", message);
        var normalised = context.Transforms.NormalizeMeanVariance("Features", fixZero: false).Fit(data).Transform(data);
        var model = new GradientDescentTrainer(context, learningRate: 0.1).Fit(normalised);
        Assert.AreEqual(49e25f, EstimatorContract.Scores(model, normalised)[49], 1e22f);
    }

    [TestMethod]
    public void OptionsAreCheckedAtOnce()
    {
        var context = new MLContext();
        Refused(o => o.Tolerance = -1, "Tolerance");
        Refused(o => o.AverageFromEpoch = 0, "AverageFromEpoch");
        Refused(o => (o.AverageFromEpoch, o.NumberOfEpochs) = (101, 100), "AverageFromEpoch");
        Refused(o => o.InitialWeights = [double.NaN], "InitialWeights");
        Refused(o => o.InitialWeights = [1e300], "InitialWeights");
        Refused(o => o.InitialBias = double.NaN, "InitialBias");
        Refused(o => o.InitialBias = -1e300, "InitialBias");
        Refused(o => o.FeatureScaling = (FeatureScaling)9, "FeatureScaling");
        Refused(o => (o.Whiten, o.FeatureScaling) = (true, FeatureScaling.None), "Whiten");
        Refused(o => (o.Accelerate, o.Optimizer) = (true, new Adam()), "Accelerate");
        Refused(o => o.Loss = new SoftmaxCrossEntropy(), "Loss");
        Refused(o => o.Loss = new Poisson(), "Loss");
        var tolerance = Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new GradientDescentTrainer(context, new GradientDescentTrainer.Options { GradientTolerance = -1 }));
        Assert.AreEqual("GradientTolerance", tolerance.ParamName);

        void Refused(Action<MiniBatchSgdTrainer.Options> change, string option)
        {
            var options = new MiniBatchSgdTrainer.Options();
            change(options);
            var exception = Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new MiniBatchSgdTrainer(context, options));
            Assert.AreEqual(option, exception.ParamName);
            Assert.Contains("must be", exception.Message);
        }
    }
}
