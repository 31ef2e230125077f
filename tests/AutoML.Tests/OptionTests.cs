using System.Reflection;
using System.Text.Json;
using Microsoft.ML.SearchSpace;
using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers.AutoML.Tests;

/// <summary>The flat options, and that what they list by hand is what the registries have.</summary>
[TestClass]
public sealed class OptionTests
{
    private static readonly Type[] OfTrainers = [typeof(MlpSweepOptions), typeof(CnnSweepOptions), typeof(GradientRegressionSweepOptions)];

    [TestMethod]
    public void EveryOptimizerScheduleAndActivationOfTheRegistriesIsAChoice()
    {
        foreach (var type in OfTrainers)
        {
            CollectionAssert.AreEquivalent(Optimizers.All.Select(one => one.Name).ToArray(), Candidates(type, "Optimizer"), type.Name);
            CollectionAssert.AreEquivalent(Schedules.All.Select(one => one.Name).ToArray(), Candidates(type, "Schedule"), type.Name);
        }

        foreach (var type in OfTrainers[..2])
        {
            CollectionAssert.AreEquivalent(Activations.All.Where(one => one is not Identity).Select(one => one.Name).ToArray(), Candidates(type, "Activation"), type.Name);
        }
    }

    [TestMethod]
    public void TheSpacesDefaultsAreThoseOfANewObject()
    {
        Same<MlpSweepOptions>();
        Same<CnnSweepOptions>();
        Same<GradientRegressionSweepOptions>();
        Same<PolynomialSweepOptions>();
    }

    [TestMethod]
    public void EveryOptimizerTakesItsSettings()
    {
        foreach (var optimizer in Optimizers.All)
        {
            var options = new MlpSweepOptions { Optimizer = optimizer.Name, LearningRateFactor = 3, OptimizerSettings = new OptimizerSweepSettings { WeightDecay = 1, Momentum = 0.5 } }.Apply(new MlpTrainer.Options());
            Assert.AreEqual(optimizer.GetType(), options.Optimizer!.GetType());
            Assert.AreEqual(3 * optimizer.LearningRate, options.Optimizer.LearningRate);
            Assert.AreEqual(optimizer.DecouplesWeightDecay ? 5 : 1e-2, options.Optimizer.WeightDecay, 1e-9);
            Assert.IsFalse(options.Optimizer is Sgd and not { Momentum: 0.5, Nesterov: true });
            options.Validate();
        }

        Assert.Contains("'adamm'", Assert.ThrowsExactly<ArgumentException>(() => new MlpSweepOptions { Optimizer = "adamm" }.Apply(new MlpTrainer.Options())).Message);
    }

    [TestMethod]
    public void ValuesGoToTheTrainersOptionsAndTheRestStays()
    {
        var mlp = new MlpSweepOptions { Depth = 3, Width = 700, Activation = "tanh", Schedule = "step", BatchSize = 20, Dropout = 0.25 }.Apply(new MlpRegressionTrainer.Options { LabelColumnName = "Price", NumberOfEpochs = 7 });
        CollectionAssert.AreEqual(new[] { 700, 700, 700 }, mlp.HiddenLayers);
        Assert.IsTrue(mlp is { LabelColumnName: "Price", NumberOfEpochs: 7, BatchSize: 20, Dropout: 0.25, Members: 1, Activation: Tanh, Schedule: StepDecay });
        var cnn = new CnnSweepOptions { Blocks = 2, Filters = 8, Augment = false }.Apply(new CnnTrainer.Options());
        CollectionAssert.AreEqual(new[] { 8, 16 }, cnn.Layers.OfType<Convolution2D>().Select(layer => layer.Filters).ToArray());
        Assert.AreEqual(ImageAugmentation.None, cnn.Augmentation);
        Assert.IsNull(new CnnSweepOptions().Apply(new CnnTrainer.Options()).Augmentation);
        var linear = new GradientRegressionSweepOptions { BatchSize = 11, L1Regularization = 0.5, L2Regularization = 0.25 }.Apply(new MiniBatchSgdTrainer.Options());
        Assert.IsTrue(linear is { BatchSize: 11, L1Regularization: 0.5, L2Regularization: 0.25 });
        var polynomial = new PolynomialSweepOptions { Degree = 4, Ridge = 0.5, InteractionOnly = true }.Apply(new PolynomialTrainer.Options());
        Assert.IsTrue(polynomial is { Degree: 4, Ridge: 0.5, InteractionOnly: true });
    }

    private static string[] Candidates(Type type, string property) =>
        [.. type.GetProperty(property)!.GetCustomAttribute<ChoiceAttribute>()!.Candidates.Cast<string>()];

    private static void Same<T>()
        where T : class, new()
    {
        SearchSpace space = new SearchSpace<T>();
        var values = JsonSerializer.SerializeToElement(space.SampleFromFeatureSpace(space.Default).AsType<T>());
        Same(JsonSerializer.SerializeToElement(new T()), values, typeof(T).Name);
    }

    private static void Same(JsonElement expected, JsonElement actual, string where)
    {
        foreach (var property in expected.EnumerateObject())
        {
            var value = actual.GetProperty(property.Name);
            string name = $"{where}.{property.Name}";
            switch (property.Value.ValueKind)
            {
                case JsonValueKind.Object:
                    Same(property.Value, value, name);
                    break;
                case JsonValueKind.Number when property.Value.TryGetInt32(out int whole) && value.TryGetInt32(out int own):
                    // AutoML rounds down what its places lose.
                    Assert.IsTrue(own == whole || own == whole - 1, $"{name} {own} {whole}");
                    break;
                case JsonValueKind.Number:
                    Assert.AreEqual(property.Value.GetDouble(), value.GetDouble(), 1e-9 * property.Value.GetDouble(), name);
                    break;
                default:
                    Assert.AreEqual(property.Value.ToString(), value.ToString(), name);
                    break;
            }
        }
    }
}
