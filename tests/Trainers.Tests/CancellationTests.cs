using System.Reflection;
using Microsoft.ML;
using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers.Tests;

/// <summary>
/// A fit ends soon after its token, or all of its MLContext, is cancelled: while rows are read, between reading and training, and while it trains. ML.NET cancels a context
/// for AutoML, whose trials then end; the method is not public.
/// </summary>
[TestClass]
public sealed class CancellationTests
{
    private readonly MLContext _context = new(seed: 1);

    private static IEnumerable<object[]> Cases(bool[] choices) => TrainerCase.All.SelectMany(row => choices.Select(choice => (object[])[row[0], choice]));

    public static IEnumerable<object[]> AllByTokenAndContext => Cases([true, false]);

    [TestMethod]
    [DynamicData(nameof(AllByTokenAndContext))]
    public void EveryRowThatIsReadIsLookedAt(TrainerCase trainer, bool byToken)
    {
        using var source = new CancellationTokenSource();
        var data = new SpyView(trainer.Load(_context), row => Cancel(row == 7, byToken, source));
        var exception = Assert.ThrowsExactly<OperationCanceledException>(() => Create(trainer, source).Fit(data));
        Assert.AreEqual(8, data.Rows);
        Assert.AreEqual(byToken ? source.Token : CancellationToken.None, exception.CancellationToken);
    }

    [TestMethod]
    [DynamicData(nameof(AllByTokenAndContext))]
    public void EveryValidationRowIsLookedAt(TrainerCase trainer, bool byToken)
    {
        using var source = new CancellationTokenSource();
        var validation = new SpyView(trainer.Load(_context), row => Cancel(row == 7, byToken, source));
        dynamic estimator = Create(trainer, source);
        Assert.ThrowsExactly<OperationCanceledException>(() => estimator.Fit(trainer.Load(_context), validation));
        Assert.AreEqual(8, validation.Rows);
    }

    /// <summary>With ReturnBest as well: there is no model yet.</summary>
    [TestMethod]
    [DynamicData(nameof(AllByTokenAndContext))]
    public void NothingIsTrainedAfterTheLastRow(TrainerCase trainer, bool byToken)
    {
        using var source = new CancellationTokenSource();
        var data = new SpyView(trainer.Load(_context), row => Cancel(row == 60, byToken, source));
        var estimator = Create(trainer, source, options =>
        {
            options.CancellationBehavior = CancellationBehavior.ReturnBest;
            options.OnEpoch = _ => Assert.Fail("An epoch was trained.");
        });
        Assert.ThrowsExactly<OperationCanceledException>(() => estimator.Fit(data));
        Assert.AreEqual(60, data.Rows);
    }

    [TestMethod]
    [DynamicData(nameof(AllByTokenAndContext))]
    public void TrainingEnds(TrainerCase trainer, bool byToken)
    {
        using var source = new CancellationTokenSource();
        var exception = Assert.ThrowsExactly<OperationCanceledException>(() => Endless(trainer, byToken, source, CancellationBehavior.Throw).Fit(trainer.Load(_context)));
        Assert.AreEqual(byToken ? source.Token : CancellationToken.None, exception.CancellationToken);
    }

    [TestMethod]
    [DynamicData(nameof(AllByTokenAndContext))]
    public void TrainingGivesTheBestModelWhereAskedTo(TrainerCase trainer, bool byToken)
    {
        using var source = new CancellationTokenSource();
        var model = Endless(trainer, byToken, source, CancellationBehavior.ReturnBest).Fit(trainer.Load(_context));
        Assert.IsTrue(EstimatorContract.Scores(model, trainer.Load(new MLContext(seed: 1))).All(float.IsFinite));
    }

    /// <summary>QR turns 256 rows at a time into its triangle; with so many terms a block takes a while.</summary>
    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public void TheClosedFormEndsBetweenBlocks(bool byToken)
    {
        using var source = new CancellationTokenSource();
        var trainer = new PolynomialTrainer(_context, new PolynomialTrainer.Options { Degree = 20, CancellationToken = source.Token });
        var data = new SpyView(_context.Data.Cache(Surface.Load(_context, 20_000)), row => Later(row == 20_000, byToken, source));
        Assert.ThrowsExactly<OperationCanceledException>(() => trainer.Fit(data));
    }

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public void ALearningRateTestEndsWhileItReads(bool byToken)
    {
        using var source = new CancellationTokenSource();
        var trainer = new MlpTrainer(_context, new MlpTrainer.Options { CancellationToken = source.Token, HiddenLayers = [8] });
        var data = new SpyView(Blobs.Load(_context, 60), row => Cancel(row == 7, byToken, source));
        Assert.ThrowsExactly<OperationCanceledException>(() => trainer.FindLearningRate(data));
        Assert.AreEqual(8, data.Rows);
    }

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public void ALearningRateTestEndsWhileItTrains(bool byToken)
    {
        using var source = new CancellationTokenSource();
        var trainer = new MlpTrainer(_context, new MlpTrainer.Options { CancellationToken = source.Token, HiddenLayers = [8] });
        var data = new SpyView(Blobs.Load(_context, 60), row => Later(row == 60, byToken, source));
        var exception = Assert.ThrowsExactly<OperationCanceledException>(() => trainer.FindLearningRate(data, new LearningRateFinder { Updates = 100_000_000, StopFactor = 1e300 }));
        Assert.AreEqual(byToken ? source.Token : CancellationToken.None, exception.CancellationToken);
    }

    /// <summary>As with ML.NET's own trainers: nothing of the context fits any more, neither old nor new.</summary>
    [TestMethod]
    [DynamicData(nameof(TrainerCase.All), typeof(TrainerCase))]
    public void ACancelledContextFitsNothingMore(TrainerCase trainer)
    {
        var data = trainer.Load(new MLContext(seed: 1));
        var old = trainer.Create(_context);
        old.Fit(data);
        CancelExecution(_context);
        var spy = new SpyView(data);
        Assert.ThrowsExactly<OperationCanceledException>(() => old.Fit(spy));
        Assert.ThrowsExactly<OperationCanceledException>(() => trainer.Create(_context).Fit(spy));
        Assert.AreEqual(0, spy.Rows);
        Assert.ThrowsExactly<OperationCanceledException>(() => _context.Regression.Trainers.Sdca(maximumNumberOfIterations: 1).Fit(Plane.Load(new MLContext(seed: 1))));
    }

    /// <summary>A trainer of epochs without an end, which is cancelled in the second one.</summary>
    private IEstimator<ITransformer> Endless(TrainerCase trainer, bool byToken, CancellationTokenSource source, CancellationBehavior behavior) => Create(trainer, source, options =>
    {
        options.NumberOfEpochs = 100_000_000;
        options.CancellationBehavior = behavior;
        options.OnEpoch = record => Cancel(record.Epoch == 2, byToken, source);
        if (options is LinearTrainerOptions)
        {
            // With a chosen rate it would soon converge.
            options.LearningRate = 1e-6;
        }

        if (options is PolynomialTrainer.Options polynomial)
        {
            polynomial.Solver = PolynomialSolver.GradientDescent;
        }
    });

    private IEstimator<ITransformer> Create(TrainerCase trainer, CancellationTokenSource source, Action<DescentOptions>? change = null) => trainer.Create(_context, options =>
    {
        options.CancellationToken = source.Token;
        change?.Invoke(options);
    });

    private void Cancel(bool now, bool byToken, CancellationTokenSource source)
    {
        if (now && byToken)
        {
            source.Cancel();
        }
        else if (now)
        {
            CancelExecution(_context);
        }
    }

    private void Later(bool now, bool byToken, CancellationTokenSource source)
    {
        if (now)
        {
            Task.Delay(100).ContinueWith(_ => Cancel(now, byToken, source), TaskScheduler.Default);
        }
    }

    private static void CancelExecution(MLContext context) => typeof(MLContext).GetMethod("CancelExecution", BindingFlags.Instance | BindingFlags.NonPublic)!.Invoke(context, null);
}
