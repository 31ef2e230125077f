using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.Trainers;
using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers.Tests;

/// <summary>With no option given, the linear trainers reach the closed form on raw features, and never diverge.</summary>
[TestClass]
public sealed class LinearDefaultsTests
{
    /// <summary>How far above the least loss a trainer may end: full batches, single rows, some rows.</summary>
    private static readonly double[] Excess = [1e-4, 1e-2, 1e-2];

    private static readonly Dictionary<string, Func<RegressionSet>> Sets = new()
    {
        ["diabetes"] = RegressionSet.Diabetes,
        ["condition 1e4"] = () => RegressionSet.Generate(500, 20, 1e4, noise: 0.1),
        ["condition 1e3, units"] = () => RegressionSet.Generate(1000, 10, 1e3, noise: 0.3, units: true),
        ["condition 1e2, far from 0"] = () => RegressionSet.Generate(400, 8, 1e2, noise: 0.5, offset: 100),
        ["condition 1e4, far from 0, units"] = () => RegressionSet.Generate(2000, 30, 1e4, noise: 1, offset: 10, units: true),
        ["an outlier"] = () => Changed(RegressionSet.Generate(500, 10, 10, noise: 0.3), (set, i) => set.Features[i] = i == 250 ? [.. set.Features[i].Select(x => 1000 * x)] : set.Features[i]),
        ["weighted"] = () => Changed(RegressionSet.Generate(300, 5, 100, noise: 1), (set, i) => set.Weights[i] = i % 7 == 0 ? 0 : i % 50 == 1 ? 100 : i % 3),
        ["constant columns"] = () => Changed(RegressionSet.Generate(200, 6, 10, noise: 1), (set, i) => (set.Features[i][1], set.Features[i][4]) = (0.1f, -1e30f)),
        ["the same column twice"] = () => Changed(RegressionSet.Generate(200, 6, 10, noise: 1), (set, i) => set.Features[i][3] = set.Features[i][2]),
        ["huge and tiny columns"] = () => Changed(RegressionSet.Generate(200, 4, 10, noise: 1), (set, i) => (set.Features[i][0], set.Features[i][1]) = (set.Features[i][0] * 1e30f, set.Features[i][1] * 1e-30f)),
        ["nearly as many features as rows"] = () => RegressionSet.Generate(80, 60, 10, noise: 0.5),
        ["labels far from 0"] = () => Changed(RegressionSet.Generate(300, 4, 10, noise: 1), (set, i) => set.Labels[i] += 1e6f),
    };

    public static IEnumerable<object[]> Kinds => [[0], [1], [2]];

    public static IEnumerable<object[]> Cases => from name in Sets.Keys from kind in Enumerable.Range(0, 3) select new object[] { name, kind };

    [TestMethod]
    [DynamicData(nameof(Cases))]
    public void ReachTheClosedForm(string name, int kind)
    {
        var set = Sets[name]();
        var model = Fit(kind, set, out var warnings);
        var result = model.GetTrainingResult()!;
        double least = set.LeastLoss();
        Assert.IsLessThanOrEqualTo((1 + Excess[kind]) * least, set.Loss(result.Model));
        Assert.AreEqual(StopReason.Converged, result.StopReason);
        Assert.IsTrue(model.Model.Weights.All(float.IsFinite) && float.IsFinite(model.Model.Bias));
        Assert.IsEmpty(warnings);
    }

    [TestMethod]
    [DynamicData(nameof(Kinds))]
    public void LearnLabelsWithoutNoiseToTheEnd(int kind)
    {
        foreach (var set in new[] { RegressionSet.Generate(300, 10, 100, noise: 0), RegressionSet.Generate(60, 100, 10, noise: 0.3) })
        {
            var result = Fit(kind, set, out _).GetTrainingResult()!;
            double mean = set.Labels.Average();
            Assert.IsLessThanOrEqualTo(1e-8 * set.Labels.Average(label => Math.Pow(label - mean, 2)), set.Loss(result.Model));
            Assert.AreEqual(StopReason.Converged, result.StopReason);
        }
    }

    /// <summary>One row, or rows that are all the same: the best constant.</summary>
    [TestMethod]
    [DynamicData(nameof(Kinds))]
    public void FeaturesThatTellNothingGiveTheMean(int kind)
    {
        foreach (var set in new[] { new RegressionSet([[1, 2]], [5]), new RegressionSet([[0.1f, 7], [0.1f, 7], [0.1f, 7]], [4, 5, 6]), new RegressionSet([[1e-45f, 0], [0, 0], [0, 0]], [4, 5, 6]) })
        {
            var model = Fit(kind, set, out _).Model;
            CollectionAssert.AreEqual(new float[] { 0, 0 }, model.Weights.ToArray());
            Assert.AreEqual(5, model.Bias, 0.05);
        }
    }

    /// <summary>Rows to which most features are 0, stored so: also with rare and with large ones.</summary>
    [TestMethod]
    [DynamicData(nameof(Kinds))]
    public void LearnSparseRows(int kind)
    {
        var random = new Random(1);
        var rows = Enumerable.Range(0, 2000).Select(i =>
        {
            int[] columns = [.. Enumerable.Range(0, 3).Select(k => (40 * k) + random.Next(40))];
            float[] values = [1, (float)(100 * random.NextDouble()), 1];
            return new FeatureRows.SparseRow { Label = (float)((columns[0] % 5) + (0.02 * values[1] * (columns[1] % 3)) + (0.1 * random.NextDouble())), Features = new VBuffer<float>(120, 3, values, columns) };
        }).ToList();
        var context = new MLContext(seed: 1);
        var data = FeatureRows.Load(rows, 120);
        Assert.IsGreaterThan(kind == 0 ? 0.999 : 0.99, context.Regression.Evaluate(Trainer(kind, context).Fit(data).Transform(data)).RSquared);
    }

    /// <summary>The absolute error has no curvature to find a rate from; penalties and other schedules have their say.</summary>
    [TestMethod]
    [DynamicData(nameof(Kinds))]
    public void LearnWithOtherOptionsToo(int kind)
    {
        var set = RegressionSet.Generate(300, 5, 10, noise: 0.2, offset: 5, units: true);
        foreach (Action<LinearTrainerOptions> change in new Action<LinearTrainerOptions>[]
        {
            o => o.Loss = new MeanAbsoluteError(),
            o => o.Loss = new Quantile { Tau = 0.5 },
            o => o.Loss = new Huber { Delta = 0.1 },
            o => o.Loss = new LogCosh(),
            o => o.Loss = new MeanSquaredError { Reduction = Reduction.Sum },
            o => o.L2Regularization = 1e-3,
            o => o.L1Regularization = 1e-3,
            o => o.ClipNorm = 0.5,
            o => o.Schedule = new ExponentialDecay { Factor = 0.9 },
            o => o.AverageFromEpoch = 3,
            o => o.NumberOfEpochs = 40,
            o => o.FeatureScaling = FeatureScaling.Robust,
            o => o.Whiten = false,
            o => o.EarlyStopping = new EarlyStopping { Patience = 20 },
            o => o.ValidationFraction = 0.3,
            o => o.InitialBias = 1e4,
        })
        {
            var model = Fit(kind, set, out _, change).GetTrainingResult()!.Model;
            double mean = set.Labels.Average();
            Assert.IsLessThan(0.06 * set.Labels.Average(label => Math.Pow(label - mean, 2)), set.Loss(model));
        }
    }

    /// <summary>Whatever else is given: each option that is told is set, and no other.</summary>
    [TestMethod]
    [DynamicData(nameof(Kinds))]
    public void TellWhatTheyChose_AndThatGivesTheSameModel(int kind)
    {
        var diabetes = RegressionSet.Diabetes();
        var exact = RegressionSet.Generate(300, 10, 100, noise: 0);
        var few = new RegressionSet(diabetes.Features[..20], diabetes.Labels[..20]);
        foreach (var (set, change) in new (RegressionSet, Action<LinearTrainerOptions>)[]
        {
            (diabetes, _ => { }),
            (exact, _ => { }),
            (few, _ => { }),
            (diabetes, o => o.FeatureScaling = FeatureScaling.Robust),
            (diabetes, o => o.FitIntercept = false),
            (diabetes, o => o.Loss = new MeanAbsoluteError()),
            (diabetes, o => o.L1Regularization = 1),
            (diabetes, o => o.NumberOfEpochs = 30),
            (diabetes, o => (o.ValidationFraction, o.EarlyStopping) = (0.2, new EarlyStopping { Patience = 5 })),
            (diabetes, o => (o.LearningRate, o.FeatureScaling) = (0.01, FeatureScaling.Standard)),
        })
        {
            var context = new MLContext(seed: 1);
            var told = Log.Infos(context);
            LinearResult Fit(Action<LinearTrainerOptions> more) => Trainer(kind, context, o =>
            {
                o.Seed = 1;
                change(o);
                more(o);
            }).Fit(set.Load()).GetTrainingResult()!;
            var expected = Fit(_ => { });
            string choice = told.Single(message => message.StartsWith("Chosen: ", StringComparison.Ordinal));
            var same = Fit(o => Copy(choice, o));
            Assert.AreEqual(expected.Epochs, same.Epochs, choice);
            CollectionAssert.AreEqual(expected.Model.Weights.ToArray(), same.Model.Weights.ToArray(), choice);
            Assert.AreEqual(expected.Model.Bias, same.Model.Bias, choice);
        }
    }

    /// <summary>Rates that fall over the whole run are others for fewer epochs: then the most are told, and a copy ends as early.</summary>
    [TestMethod]
    public void TellTheEpochsThatGiveTheSameModelForAScheduleOfTheWholeRun()
    {
        var set = RegressionSet.Diabetes();
        var context = new MLContext(seed: 1);
        var told = Log.Infos(context);
        RegressionPredictionTransformer<LinearRegressionModelParameters> Fit(int? epochs) => Trainer(1, context, o =>
        {
            (o.Seed, o.LearningRate, o.FeatureScaling, o.NumberOfEpochs) = (1, 0.01, FeatureScaling.Standard, epochs);
            (o.Schedule, o.ValidationFraction, o.EarlyStopping) = (new CosineAnnealing(), 0.2, new EarlyStopping { Patience = 3 });
        }).Fit(set.Load());

        var expected = Fit(null).GetTrainingResult()!;
        Assert.IsLessThan(100, expected.Epochs);
        string choice = told.Single(message => message.StartsWith("Chosen: ", StringComparison.Ordinal));
        Assert.AreEqual("Chosen: NumberOfEpochs = 100.", choice);
        var same = Fit((int)Number(choice, "NumberOfEpochs = ")).GetTrainingResult()!;
        CollectionAssert.AreEqual(expected.Model.Weights.ToArray(), same.Model.Weights.ToArray());
    }

    /// <summary>Where training ends at the solution for the rows, wherever it started, going on with a model is a fit to the new rows alone.</summary>
    [TestMethod]
    [DataRow(0)]
    [DataRow(1)]
    [DataRow(2)]
    public void SayThatAStartMakesNoDifferenceWhereTrainingConverges(int kind)
    {
        var set = RegressionSet.Diabetes();
        var few = new RegressionSet(set.Features[..20], set.Labels[..20]).Load();
        var context = new MLContext(seed: 1);
        var warnings = Log.Warnings(context);
        var model = Trainer(kind, context).Fit(set.Load()).Model;
        Assert.IsEmpty(warnings);
        Trainer(kind, context).Fit(few, model);
        Assert.HasCount(1, warnings);
        Assert.Contains("whatever the start", warnings[0]);
        Assert.Contains("give NumberOfEpochs and LearningRate", warnings[0]);
        warnings.Clear();
        var next = Trainer(kind, context, o => (o.LearningRate, o.NumberOfEpochs, o.FeatureScaling) = (1e-3, 3, FeatureScaling.Standard)).Fit(few, model).Model;
        Assert.IsEmpty(warnings.Where(warning => warning.Contains("whatever the start", StringComparison.Ordinal)));
        Assert.AreEqual(model.Weights[2], next.Weights[2], 0.5f * Math.Abs(model.Weights[2]), "of the body mass index: the model is still there");
    }

    /// <summary>The figures that are told last are of the weights that the model has.</summary>
    [TestMethod]
    public void TellTheEpochThatTheModelHas()
    {
        var context = new MLContext(seed: 1);
        var told = Log.Infos(context);
        var result = Trainer(1, context, o => (o.Seed, o.NumberOfEpochs, o.LearningRate, o.FeatureScaling) = (1, 30, 0.02, FeatureScaling.Standard)).Fit(RegressionSet.Diabetes().Load()).GetTrainingResult()!;
        Assert.AreNotEqual(30, result.BestEpoch);
        Assert.IsFalse(result.RestoredBest);
        Assert.ContainsSingle(message => message.StartsWith("Trained 30 epochs", StringComparison.Ordinal) && message.Contains(" Epoch 30: loss ", StringComparison.Ordinal), told);

        told.Clear();
        Trainer(1, context, o => (o.NumberOfEpochs, o.LearningRate, o.FeatureScaling) = (1, 0.02, FeatureScaling.Standard)).Fit(RegressionSet.Diabetes().Load());
        Assert.ContainsSingle(message => message.StartsWith("Trained 1 epoch in ", StringComparison.Ordinal), told);
    }

    [TestMethod]
    [DynamicData(nameof(Kinds))]
    public void TheSameSeedGivesTheSameBitsForAnyThreads(int kind)
    {
        var set = RegressionSet.Generate(20_000, 12, 100, noise: 1);
        var data = set.Load();
        double[] Weights(int? threads) => Trainer(kind, new MLContext(seed: 1), o => (o.Seed, o.NumberOfThreads) = (1, threads)).Fit(data).GetTrainingResult()!.Model.Weights.ToArray();
        double[] expected = Weights(null);
        CollectionAssert.AreEqual(expected, Weights(1));
        CollectionAssert.AreEqual(expected, Weights(5));
    }

    /// <summary>Only a trainer that takes features as they come asks for normalised ones.</summary>
    [TestMethod]
    public void AskForNormalisedFeaturesOnlyWithoutScaling()
    {
        var set = RegressionSet.Generate(300, 4, 10, noise: 1, offset: 100);
        bool Asks(Action<LinearTrainerOptions> change)
        {
            Fit(0, set, out var warnings, change);
            return warnings.Any(warning => warning.Contains("unnormalised", StringComparison.Ordinal));
        }

        Assert.IsFalse(Asks(o => o.NumberOfEpochs = 5));
        Assert.IsFalse(Asks(o => (o.LearningRate, o.FeatureScaling) = (0.01, FeatureScaling.Standard)));
        Assert.IsTrue(Asks(o => o.FeatureScaling = FeatureScaling.None));
        Assert.IsTrue(Asks(o => o.LearningRate = 1e-5), "a rate that is given is for features as they come");
    }

    /// <summary>The simplest mend is to give less: it is in the warning, and in the error of a rate that is too large.</summary>
    [TestMethod]
    public void AdviseToLeaveOutWhatDoesNotSuit()
    {
        var set = RegressionSet.Generate(300, 4, 10, noise: 1, offset: 100);
        string Warning(Action<LinearTrainerOptions> change)
        {
            Fit(0, set, out var warnings, change);
            return warnings.First(warning => warning.Contains("look unnormalised", StringComparison.Ordinal));
        }

        Assert.EndsWith(
            "The simplest mend: leave LearningRate out; then the rate is chosen and features are scaled inside. Or set FeatureScaling = FeatureScaling.Standard.",
            Warning(o => o.LearningRate = 1e-5));
        Assert.EndsWith("The simplest mend: leave FeatureScaling out; then features are scaled inside.", Warning(o => o.FeatureScaling = FeatureScaling.None));
        Assert.Contains("leave FeatureScaling and Optimizer out; then", Warning(o => (o.FeatureScaling, o.Optimizer) = (FeatureScaling.None, new Adam())));

        string Error(Action<LinearTrainerOptions> change) => Assert.ThrowsExactly<DivergenceException>(() => Fit(0, set, out _, change)).ToString();
        string raw = Error(o => o.LearningRate = 1);
        Assert.Contains("leave LearningRate out; then the rate is chosen and features are scaled inside.", raw);
        Assert.HasCount(2, raw.Split("Training diverged"), "told once");
        Assert.Contains("leave LearningRate out; then the rate is chosen.", Error(o => (o.LearningRate, o.FeatureScaling) = (10, FeatureScaling.Standard)));
    }

    /// <summary>Sets the options as a user does who copies the message, up to where its reasons begin.</summary>
    private static void Copy(string choice, LinearTrainerOptions options)
    {
        var matches = Regex.Matches(choice, @"(?<=^Chosen: |, )(\w+) = (new \w+ \{.*?\}|new \w+\(\)|[\w.+-]*\w)");
        Assert.HasCount(Regex.Count(Regex.Replace(choice, @"\{.*?\}", ""), " = "), matches, choice);
        foreach (Match match in matches)
        {
            string value = match.Groups[2].Value;
            var property = typeof(LinearTrainerOptions).GetProperty(match.Groups[1].Value)!;
            var type = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
            property.SetValue(
                options,
                type.IsEnum ? Enum.Parse(type, value.Split('.')[^1])
                : type == typeof(LearningRateSchedule) ? value.Contains('{') ? new CosineAnnealing { CycleEpochs = Number(value, "CycleEpochs = "), CycleGrowth = (int)Number(value, "CycleGrowth = ") } : new CosineAnnealing()
                : Convert.ChangeType(value, type, CultureInfo.InvariantCulture));
        }
    }

    private static double Number(string choice, string name) =>
        double.Parse(choice[(choice.IndexOf(name, StringComparison.Ordinal) + name.Length)..].Split(' ')[0].TrimEnd(',', '.'), CultureInfo.InvariantCulture);

    private static RegressionSet Changed(RegressionSet set, Action<RegressionSet, int> change)
    {
        for (int i = 0; i < set.Labels.Length; i++)
        {
            change(set, i);
        }

        return set;
    }

    private static RegressionPredictionTransformer<LinearRegressionModelParameters> Fit(int kind, RegressionSet set, out List<string> warnings, Action<LinearTrainerOptions>? change = null)
    {
        var context = new MLContext(seed: 1);
        warnings = Log.Warnings(context);
        return Trainer(kind, context, o =>
        {
            o.ExampleWeightColumnName = "Weight";
            change?.Invoke(o);
        }).Fit(set.Load());
    }

    private static LinearTrainer Trainer(int kind, MLContext context, Action<LinearTrainerOptions>? change = null)
    {
        LinearTrainerOptions options = kind switch { 0 => new GradientDescentTrainer.Options(), 1 => new SgdTrainer.Options(), _ => new MiniBatchSgdTrainer.Options() };
        change?.Invoke(options);
        return options switch
        {
            GradientDescentTrainer.Options all => new GradientDescentTrainer(context, all),
            SgdTrainer.Options single => new SgdTrainer(context, single),
            _ => new MiniBatchSgdTrainer(context, (MiniBatchSgdTrainer.Options)options),
        };
    }
}
