using Microsoft.ML;

namespace MLNet.GradientTrainers.Sweeps.Cluster.Tests;

/// <summary>A coordinator and workers in this process. What is still there at the end of the test is ended.</summary>
internal sealed class LocalCluster : IDisposable
{
    private readonly List<Part> _parts = [];

    public MemoryBackend Backend { get; } = new();

    /// <summary>The workers as the coordinator told last.</summary>
    public IReadOnlyList<SweepWorker> Workers { get; private set; } = [];

    public SweepCoordinatorOptions Coordinator => new() { Database = "memory", Name = "test", Backend = Backend, Resume = true, OnWorkers = workers => Workers = workers };

    public Part Coordinate(GradientSweep sweep, Func<GradientSweep, CancellationToken, SweepResult> run, SweepCoordinatorOptions? options = null) => Begin(sweep.Coordinate(options ?? Coordinator), run);

    public Part Work(GradientSweep sweep, Func<GradientSweep, CancellationToken, SweepResult> run, string name, Action<string>? onEvent = null, int trialsAtOnce = 1) =>
        Begin(sweep.Work(new SweepWorkerOptions { Database = "memory", Name = "test", Backend = Backend, WorkerName = name, TrialsAtOnce = trialsAtOnce, OnEvent = onEvent }), run);

    /// <summary>Runs a sweep with some workers to its end.</summary>
    public SweepResult Run(Func<MLContext, GradientSweep> sweep, Func<GradientSweep, CancellationToken, SweepResult> run, int workers = 2)
    {
        var coordinator = Coordinate(sweep(new MLContext(1)), run);
        var all = Enumerable.Range(1, workers).Select(i => Work(sweep(new MLContext(1)), run, $"worker {i}")).ToArray();
        var result = coordinator.Result;
        Assert.AreEqual(result.Trials.Count(trial => trial.IsFinished), all.Sum(worker => worker.Result.Trials.Count), "finished on the workers");
        return result;
    }

    public void Dispose()
    {
        foreach (var part in _parts)
        {
            part.Cancel();
        }

        foreach (var part in _parts)
        {
            part.Wait();
        }
    }

    private Part Begin(GradientSweep sweep, Func<GradientSweep, CancellationToken, SweepResult> run)
    {
        var part = new Part(token => run(sweep, token));
        _parts.Add(part);
        return part;
    }

    /// <summary>One that runs.</summary>
    internal sealed class Part
    {
        private static readonly TimeSpan Limit = TimeSpan.FromMinutes(4);

        private readonly CancellationTokenSource _source = new();
        private readonly Task<SweepResult> _task;

        public Part(Func<CancellationToken, SweepResult> run) =>
            _task = Task.Factory.StartNew(() => run(_source.Token), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

        public SweepResult Result => _task.Wait(Limit) ? _task.Result : throw new TimeoutException("It does not end.");

        public Exception? Error
        {
            get
            {
                Wait();
                return _task.Exception?.InnerException;
            }
        }

        public void Cancel() => _source.Cancel();

        public void Wait() => _ = Task.WaitAny([_task], Limit);
    }
}
