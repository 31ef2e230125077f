using System.Diagnostics;
using System.Runtime.CompilerServices;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using MLNet.GradientTrainers.Bridge;

namespace MLNet.GradientTrainers.Sweeps.Tests;

[TestClass]
public sealed class StoppingTests
{
    /// <summary>What would run for hours has ended by then, however busy the machine.</summary>
    private static readonly TimeSpan BusyMachine = TimeSpan.FromMinutes(1);

    private readonly MLContext _context = new(1);

    /// <summary>A trial of hours ends within a batch wherever it is; what was finished before is the result.</summary>
    [TestMethod]
    public void CancelledAtAnyInstantItEndsSoonWithTheBestSoFar()
    {
        var random = new Random(1);
        for (int i = 0; i < 8; i++)
        {
            using var source = new CancellationTokenSource();
            int after = random.Next(1, 25);
            int seen = 0;
            var cancelled = new Stopwatch();
            var result = Endless(after).Parallel(1 + (i % 2)).Progress(_ =>
            {
                if (Interlocked.Increment(ref seen) == after)
                {
                    cancelled.Start();
                    source.CancelAfter(random.Next(3));
                }
            }).Run(_context, source.Token);
            Assert.IsLessThan(BusyMachine, cancelled.Elapsed);
            Assert.AreEqual(SweepEnd.Cancelled, result.End);
            Assert.IsTrue(result.Trials.All(trial => trial.State is TrialState.Completed or TrialState.Interrupted), string.Join(", ", result.Trials.Select(trial => trial.Reason)));
            Assert.AreEqual(result.Trials.Any(trial => trial.State == TrialState.Completed), result.Best is not null);
            if (result.Best is not null)
            {
                Assert.IsNotNull(result.Model);
            }
        }
    }

    [TestMethod]
    public void CancelledBeforehandNothingRuns()
    {
        var result = Rings.Sweep(_context).Run(_context, new CancellationToken(true));
        Assert.IsEmpty(result.Trials);
        Assert.AreEqual(SweepEnd.Cancelled, result.End);
    }

    /// <summary>Rows without end: a sweep that reads them comes back when it is told to, wherever it reads.</summary>
    [TestMethod]
    [DataRow("transforms")]
    [DataRow("journal")]
    [DataRow("trainer")]
    [DataRow("metric")]
    public void CancelledWhileItReadsItEnds(string reader)
    {
        using var folder = new TemporaryFolder();
        using var source = new CancellationTokenSource();
        var rows = Rings.Rows(30, 1);
        IEnumerable<RingRow> Endless()
        {
            for (int i = 0; true; i++)
            {
                if (i == 100)
                {
                    source.Cancel();
                }

                yield return rows[i % rows.Count];
            }
        }

        IDataView endless = _context.Data.LoadFromEnumerable(Endless());
        IDataView some = Rings.View(_context, 30);
        var sweep = reader == "transforms" ? Rings.Sweep(_context) : Rings.Sweep(_context).After(_context.Transforms.Conversion.MapValueToKey("Label", nameof(RingRow.Kind), keyData: _context.Data.LoadFromEnumerable(rows.Take(3).Select(row => new { row.Kind }))));
        sweep = reader == "journal" ? sweep.Journal(folder["sweep.jsonl"]) : sweep;
        var result = reader is "metric" or "journal" ? sweep.Run(some, endless, source.Token) : sweep.Run(endless, some, source.Token);
        Assert.AreEqual(SweepEnd.Cancelled, result.End);
        Assert.IsNull(result.Best);
        Assert.IsTrue(result.Trials.All(trial => trial.State == TrialState.Interrupted));
    }

    [TestMethod]
    public void TheSweepsTimeEndsIt()
    {
        var clock = Stopwatch.StartNew();
        var result = Endless(int.MaxValue).Trials(100_000).Time(TimeSpan.FromSeconds(0.5)).Run(_context);
        Assert.AreEqual(SweepEnd.TimeOver, result.End);
        Assert.IsLessThan(BusyMachine, clock.Elapsed);
    }

    /// <summary>A trial that would take hours is scored by what it has when its time is over.</summary>
    [TestMethod]
    public void ATrialsTimeEndsItWithItsBestWeights()
    {
        // Compiled before, so that the time is for epochs of a millisecond.
        Rings.Sweep(_context, epochs: 2).Trials(2).Run(_context);
        var result = Rings.Sweep(_context, epochs: 1_000_000).Trials(1).TimePerTrial(TimeSpan.FromSeconds(1.5)).Run(_context);
        Assert.IsTrue(result.Trials.All(trial => trial.State == TrialState.Completed && trial.Reason!.Contains("1.5 s")), string.Join('\n', result.Trials.Select(trial => trial.Reason)));
        Assert.AreEqual(SweepEnd.TrialsDone, result.End);
        Assert.AreEqual(result.Best!.Score!.Value, _context.MulticlassClassification.Evaluate(result.Model.Transform(Rings.View(_context, 120, 2))).MicroAccuracy);
    }

    /// <summary>Built-in trainers know no token: they ask their host, as this one does.</summary>
    [TestMethod]
    public void ATrainerThatAsksItsHostStopsAtItsTime()
    {
        var clock = Stopwatch.StartNew();
        var result = _context.GradientSweep().Metric(SweepMetric.Accuracy()).Over(SearchSpace.Empty.Boolean("x")).Of(trial => new AsksItsHost(trial.MLContext)).Trials(1).TimePerTrial(TimeSpan.FromSeconds(0.2)).Run(_context);
        Assert.IsLessThan(BusyMachine, clock.Elapsed);
        Assert.AreEqual(TrialState.Failed, result.Trials[0].State);
        Assert.Contains("0.2 s", result.Trials[0].Reason!);
    }

    [TestMethod]
    public void OnlyTheBestModelIsKeptInMemory()
    {
        var models = new List<WeakReference>();
        var result = Sweep(models);
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        Assert.HasCount(6, models);
        Assert.AreEqual(1, models.Count(model => model.IsAlive));
        GC.KeepAlive(result);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private SweepResult Sweep(List<WeakReference> models)
    {
        var metric = SweepMetric.Accuracy();
        return Rings.Sweep(_context).Trials(6).Metric(metric).Of(trial => new Watched(
            new MlpTrainer(trial.MLContext, trial.Connect(SweepTrainer.Mlp(new MlpTrainer.Options { NumberOfEpochs = 2 }).Options(trial.Values))), models)).Run(_context);
    }

    /// <summary>Trials of three epochs, but those behind a number are endless.</summary>
    private GradientSweep Endless(int steps) => _context.GradientSweep().After(Rings.Transforms(_context)).Metric(SweepMetric.Accuracy()).Over(Rings.Small).Threads(1).Trials(1000).Of(trial =>
    {
        var options = SweepTrainer.Mlp(new MlpTrainer.Options { NumberOfEpochs = trial.Trial.Number * 4 < steps ? 3 : 1_000_000 }).Options(trial.Values);
        return new MlpTrainer(trial.MLContext, trial.Connect(options));
    });

    private sealed class AsksItsHost(IHostEnvironment env) : IEstimator<ITransformer>
    {
        private readonly IHost _host = env.Register("AsksItsHost");

        public ITransformer Fit(IDataView input)
        {
            while (!Hosts.IsCancelled(_host))
            {
                Thread.Sleep(1);
            }

            throw new OperationCanceledException();
        }

        public SchemaShape GetOutputSchema(SchemaShape inputSchema) => inputSchema;
    }

    private sealed class Watched(IEstimator<ITransformer> inner, List<WeakReference> models) : IEstimator<ITransformer>
    {
        public ITransformer Fit(IDataView input)
        {
            var model = inner.Fit(input);
            models.Add(new WeakReference(model));
            return model;
        }

        public SchemaShape GetOutputSchema(SchemaShape inputSchema) => inner.GetOutputSchema(inputSchema);
    }
}
