using System.Reflection;
using Microsoft.ML;
using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers.Tests;

/// <summary>What the options of all trainers have in common.</summary>
[TestClass]
public sealed class TrainerOptionsTests
{
    /// <summary>A trainer has a copy, lists included: changing the options later, in place or not, makes no difference to it.</summary>
    [TestMethod]
    [DynamicData(nameof(TrainerCase.All), typeof(TrainerCase))]
    public void ATrainerKeepsTheOptionsItWasMadeWith(TrainerCase trainer)
    {
        var context = new MLContext(seed: 1);
        DescentOptions changed = null!;
        var expected = trainer.Create(context, Prepare);
        var made = trainer.Create(context, o => Prepare(changed = o));
        (changed.NumberOfEpochs, changed.Seed, changed.Optimizer, changed.BatchSize, changed.Loss) = (-1, 99, null!, -1, null!);
        ((ITrainerInput)changed).FeatureColumnName = "none";
        switch (changed)
        {
            case MlpOptions mlp:
                mlp.HiddenLayers![0] = 1000;
                break;
            case CnnOptions cnn:
                ((List<Layer>)cnn.Layers).Clear();
                break;
            case LinearTrainerOptions linear:
                linear.InitialWeights![0] = double.NaN;
                break;
            case PolynomialTrainer.Options polynomial:
                polynomial.Degree = -1;
                break;
        }

        var data = trainer.Load(context);
        CollectionAssert.AreEqual(EstimatorContract.Scores(expected.Fit(data), data), EstimatorContract.Scores(made.Fit(data), data));

        static void Prepare(DescentOptions options)
        {
            options.Seed = 3;
            switch (options)
            {
                case CnnOptions cnn:
                    cnn.Layers = new List<Layer>(cnn.Layers);
                    break;
                case LinearTrainerOptions linear:
                    linear.InitialWeights = [1, 2, 3];
                    break;
            }
        }
    }

    /// <summary>The engine checks the options, and an error names the trainer all the same.</summary>
    [TestMethod]
    [DynamicData(nameof(TrainerCase.All), typeof(TrainerCase))]
    public void AnErrorNamesOptionAndTrainer(TrainerCase trainer)
    {
        Refused(o => o.BatchSize = 0, "BatchSize", "0", "at least 1");
        Refused(o => o.NumberOfEpochs = -3, "NumberOfEpochs", "-3", "at least 1");
        Refused(o => o.ClipNorm = 0, "ClipNorm", "0", "above 0, or null for no limit");
        Refused(o => o.L2Regularization = double.NaN, "L2Regularization", "NaN", "a finite number of at least 0");
        Refused(o => o.Loss = null!, "Loss", "null", "a loss");
        Refused(o => o.Schedule = null!, "Schedule", "null", "a schedule");
        Refused(o => o.LearningRate = -1, "LearningRate", "-1", "a finite number above 0");
        Refused(o => o.L1Regularization = double.PositiveInfinity, "L1Regularization", "Infinity", "a finite number of at least 0");
        Refused(o => o.ValidationFraction = 1, "ValidationFraction", "1", "in [0, 1)");
        Refused(o => o.CancellationBehavior = (CancellationBehavior)99, "CancellationBehavior", "99", "Throw or ReturnBest");
        Refused(o => ((ITrainerInput)o).FeatureColumnName = "", "FeatureColumnName", "empty", "the name of a column");
        Refused(o => ((ITrainerInput)o).LabelColumnName = "", "LabelColumnName", "empty", "the name of a column");

        Assert.IsInstanceOfType<ArgumentNullException>(Assert.ThrowsExactly<TargetInvocationException>(() => Activator.CreateInstance(trainer.Trainer, null, trainer.Options())).InnerException);

        void Refused(Action<DescentOptions> change, string option, string value, string range)
        {
            var error = Assert.ThrowsExactly<TargetInvocationException>(() => trainer.Create(new MLContext(seed: 1), change)).InnerException;
            Assert.IsInstanceOfType<ArgumentOutOfRangeException>(error);
            Assert.AreEqual(option, ((ArgumentException)error).ParamName);
            Assert.StartsWith($"{option} of {trainer} is {value}, but it must be {range}", error.Message);
        }
    }

    /// <summary>A limit that would be 0 among Single numbers stops a network's training in silence, and a penalty that would be infinite ends it with another one to blame.</summary>
    [TestMethod]
    public void LimitsAndPenaltiesOfNetworksAreWhatASingleHolds()
    {
        const string Limit = "5E-324, but it must be at least 1E-45, what a Single holds, or null for no limit";
        Refused(o => o.MaxNorm = double.Epsilon, "MaxNorm of MlpTrainer is " + Limit);
        Refused(o => o.ClipNorm = double.Epsilon, "ClipNorm of MlpTrainer is " + Limit);
        Refused(o => o.ClipValue = double.Epsilon, "ClipValue of MlpTrainer is " + Limit);
        Refused(o => o.L1Regularization = 1e39, "L1Regularization of MlpTrainer is 1E+39, but it must be at most 3.4E+38, what a Single holds");
        Refused(o => o.L2Regularization = 1.7e308, "L2Regularization of MlpTrainer is 1.7E+308, but it must be at most 3.4E+38, what a Single holds");
        Refused(o => o.Optimizer = new AdamW { WeightDecay = 1e39 }, "WeightDecay of adamw is 1E+39, but it must be at most 3.4E+38, what a Single holds");

        // No limit at all, and linear models are of double numbers.
        _ = Options(o => (o.MaxNorm, o.ClipNorm, o.ClipValue) = (double.PositiveInfinity, 1e300, double.PositiveInfinity)).Validated();
        _ = new GradientDescentTrainer.Options { L1Regularization = 1e39, L2Regularization = 1e39, ClipNorm = 1e-60, ClipValue = 1e-60 }.Validated();

        static void Refused(Action<MlpTrainer.Options> change, string message) =>
            Assert.StartsWith(message, Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => Options(change).Validated()).Message);

        static MlpTrainer.Options Options(Action<MlpTrainer.Options> change)
        {
            var options = new MlpTrainer.Options();
            change(options);
            return options;
        }
    }

    /// <summary>Two linear trainers are their batch size.</summary>
    [TestMethod]
    public void ABatchSizeThatATrainerDoesNotTakeIsRefused()
    {
        var context = new MLContext(seed: 1);
        Assert.Contains("MiniBatchSgdTrainer", Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new SgdTrainer(context, new SgdTrainer.Options { BatchSize = 2 })).Message);
        Assert.Contains(
            "MiniBatchSgdTrainer", Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new GradientDescentTrainer(context, new GradientDescentTrainer.Options { BatchSize = 2 })).Message);
    }

    /// <summary>Options that the polynomial's descent has from the engine.</summary>
    [TestMethod]
    public void TolerancesAndTheMeanOfTheWeightsServeAPolynomial()
    {
        var context = new MLContext(seed: 1);
        var data = Surface.Load(context);
        Assert.IsLessThan(400, Epochs(o => o.Tolerance = 0.01));
        Assert.IsLessThan(400, Epochs(o => (o.GradientTolerance, o.BatchSize) = (0.05, int.MaxValue)));
        Assert.AreNotEqual(Weight(_ => { }), Weight(o => o.AverageFromEpoch = 2));
        Assert.AreEqual(Weight(_ => { }), Weight(o => o.NumberOfThreads = 1));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => Fit(o => o.RecordPath = true));

        PolynomialModelParameters Fit(Action<PolynomialTrainer.Options> change)
        {
            var options = new PolynomialTrainer.Options { Solver = PolynomialSolver.GradientDescent, NumberOfEpochs = 400, Seed = 1 };
            change(options);
            return new PolynomialTrainer(context, options).Fit(data).Model;
        }

        int Epochs(Action<PolynomialTrainer.Options> change) => Fit(change).History.Epochs.Count;
        double Weight(Action<PolynomialTrainer.Options> change) => Fit(o => { o.NumberOfEpochs = 4; change(o); }).Coefficients[1].Coefficient;
    }
}
