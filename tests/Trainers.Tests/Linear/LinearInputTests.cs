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
        Refused(o => o.Tolerance = -1, "Tolerance");
        Refused(o => o.AverageFromEpoch = 0, "AverageFromEpoch");
        Refused(o => o.AverageFromEpoch = 101, "AverageFromEpoch");
        Refused(o => o.InitialWeights = [double.NaN], "InitialWeights");
        Refused(o => o.InitialBias = double.NaN, "InitialBias");
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
