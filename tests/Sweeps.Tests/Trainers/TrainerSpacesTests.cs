using Microsoft.ML;
using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers.Sweeps.Tests;

[TestClass]
public sealed class TrainerSpacesTests
{
    private static readonly SweepTrainer<MlpTrainer.Options> Mlp = SweepTrainer.Mlp();

    [TestMethod]
    public void AllOfTheRegistriesAreTried()
    {
        CollectionAssert.AreEqual(Optimizers.All.Select(one => one.Name).ToArray(), TrainerSpaces.Optimizer.Options.Select(option => option.Label).ToArray());
        CollectionAssert.AreEqual(Schedules.All.Select(one => one.Name).ToArray(), TrainerSpaces.Schedule.Options.Select(option => option.Label).ToArray());
        CollectionAssert.AreEquivalent(Activations.All.Select(one => one.Name).Except(["identity"]).ToArray(), TrainerSpaces.Activation.Options.Select(option => option.Label).ToArray());
    }

    /// <summary>Whatever a tuner draws, the trainer takes.</summary>
    [TestMethod]
    public void AnyValuesMakeOptionsThatAreValid()
    {
        Check(SweepTrainer.Mlp());
        Check(SweepTrainer.MlpRegression());
        Check(SweepTrainer.Cnn());
        Check(SweepTrainer.MlpBinary());
        Check(SweepTrainer.CnnBinary());
        Check(SweepTrainer.CnnRegression());
        Check(SweepTrainer.MlpMultiLabel());
        Check(SweepTrainer.CnnMultiLabel());
        Check(SweepTrainer.SgdLogistic());
        Check(SweepTrainer.SgdMaximumEntropy());
        Check(SweepTrainer.GradientDescent());
        Check(SweepTrainer.MiniBatchSgd());
        Check(SweepTrainer.Sgd());
        Check(SweepTrainer.Polynomial());

        static void Check<TOptions>(SweepTrainer<TOptions> trainer)
            where TOptions : DescentOptions, ITrainerInput
        {
            trainer.Check(trainer.Space);
            for (int i = 0; i < 300; i++)
            {
                var random = new RandomSource((ulong)i);
                var values = trainer.Space.Walk((_, parameter) => parameter.FromUnit(random.NextDouble()));
                trainer.Options(values).Validate();
                Assert.AreEqual(trainer.ToCSharp(values), trainer.ToCSharp(trainer.Space.Read(values.ToJson())));
            }
        }
    }

    [TestMethod]
    public void ValuesBecomeOptions()
    {
        var values = Mlp.Space.Values(
            ("Optimizer", "sgd"), ("Optimizer.sgd.LearningRate", 0.05), ("Optimizer.sgd.WeightDecay", 1e-4), ("Optimizer.sgd.Momentum", 0.9), ("Optimizer.sgd.Nesterov", true),
            ("Schedule", "one-cycle"), ("BatchSize", 32), ("Depth", 2), ("Width", 48), ("Activation", "gelu"), ("Dropout", 0.25));
        var options = Mlp.Options(values);
        Assert.AreEqual(new Sgd { LearningRate = 0.05, WeightDecay = 1e-4, Momentum = 0.9, Nesterov = true }, options.Optimizer);
        Assert.AreEqual(new OneCycle(), options.Schedule);
        Assert.AreEqual(new GELU(), options.Activation);
        Assert.AreEqual(32, options.BatchSize);
        CollectionAssert.AreEqual(new[] { 48, 48 }, options.HiddenLayers);
        Assert.AreEqual(0.25, options.Dropout);
        Assert.AreEqual(1, options.Members);
        Assert.AreEqual(
            "new MlpTrainer(mlContext, new MlpTrainer.Options { HiddenLayers = [48, 48], Activation = new GELU(), Dropout = 0.25, Members = 1, Optimizer = new Sgd { LearningRate = 0.05, Momentum = 0.9, Nesterov = true, WeightDecay = 0.0001 }, Schedule = new OneCycle(), BatchSize = 32 })",
            Mlp.ToCSharp(values));
    }

    [TestMethod]
    public void NoValuesLeaveTheOptionsAsTheyWere()
    {
        var given = new MlpTrainer.Options { LabelColumnName = "Kind", Members = 3 };
        Assert.AreEqual(given, SweepTrainer.Mlp(given).Options(ParameterValues.Empty));
        Assert.AreEqual("new MlpTrainer(mlContext, new MlpTrainer.Options())", SweepTrainer.Mlp().ToCSharp(ParameterValues.Empty));
        Assert.AreEqual(ParameterValues.Empty, Mlp.Space.Start.Single());
    }

    [TestMethod]
    public void AnOptionMoreIsAParameterMore()
    {
        var space = Mlp.Space.Choice("FeatureScaling", FeatureScaling.Standard, FeatureScaling.None).Range("L2Regularization", 1e-6, 1e-2, logScale: true).Integer("NumberOfEpochs", 2, 5);
        Mlp.Check(space);
        var random = new RandomSource(1);
        var options = Mlp.Options(space.Walk((_, parameter) => parameter.FromUnit(random.NextDouble())));
        Assert.AreNotEqual(FeatureScaling.Auto, options.FeatureScaling);
        Assert.IsGreaterThan(0, options.L2Regularization);
        Assert.IsNotNull(options.NumberOfEpochs);
        Assert.Contains("'Wdith'", Assert.ThrowsExactly<ArgumentException>(() => Mlp.Check(space.Integer("Wdith", 1, 2))).Message);
    }

    /// <summary>A rate that is given is for features as they come; in raw units a space's rates diverge or learn nothing.</summary>
    [TestMethod]
    public void SweptRatesOfLinearTrainersAreForScaledFeatures()
    {
        var trainer = SweepTrainer.MiniBatchSgd();
        var values = SearchSpace.Empty.Choice("Optimizer", new ChoiceOption("sgd", new Sgd(), SearchSpace.Empty)).Values(("Optimizer", "sgd"));
        Assert.AreEqual(FeatureScaling.Standard, trainer.Options(values).FeatureScaling);
        Assert.Contains("FeatureScaling = FeatureScaling.Standard", trainer.ToCSharp(values));
        Assert.AreEqual(FeatureScaling.Auto, trainer.Options(ParameterValues.Empty).FeatureScaling);
        Assert.AreEqual(FeatureScaling.None, SweepTrainer.MiniBatchSgd(new() { FeatureScaling = FeatureScaling.None }).Options(values).FeatureScaling, "what the user says stays");
        Assert.AreEqual(FeatureScaling.Auto, trainer.Options(SearchSpace.Empty.Integer("BatchSize", 8, 8).Values(("BatchSize", 8))).FeatureScaling, "no rate is given");
    }

    [TestMethod]
    public void RegressorsAreSweptAsWell()
    {
        var context = new MLContext(1);
        var options = new PolynomialTrainer.Options { LabelColumnName = nameof(RingRow.Distance) };
        var result = context.GradientSweep().Of(SweepTrainer.Polynomial(options)).Trials(12).Run(context);
        Assert.IsTrue(result.Trials.All(trial => trial.State == TrialState.Completed), string.Join('\n', result.Trials.Select(trial => trial.Reason)));
        Assert.IsLessThan(0.5, result.Best!.Score!.Value);
        Assert.AreEqual("RMSE", result.Metric.Name);
        Assert.Contains("new PolynomialTrainer.Options", result.BestCode!);
    }
}
