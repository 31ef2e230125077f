using Microsoft.ML.SearchSpace;
using Space = Microsoft.ML.SearchSpace.SearchSpace;

namespace Microsoft.ML.AutoML;

/// <summary>One trial at a time until a limit is reached.</summary>
public class AutoMLExperiment
{
    internal const string PipelineKey = "_pipeline_";

    private readonly AutoMLExperimentSettings _settings;
    private TrialResult _best;
    private double _bestLoss = double.MaxValue;
    private int? _mostTrials;
    private TimeSpan? _time;

    public AutoMLExperiment(MLContext context, AutoMLExperimentSettings settings)
    {
        _settings = settings;
        _settings.Seed ??= Contexts.Seed(context);
        _settings.SearchSpace ??= [];
        Services.AddTransient(_ => Contexts.Child(context));
        Services.AddSingleton(_ => _settings);
    }

    internal Services Services { get; } = new();

    public AutoMLExperiment SetTrainingTimeInSeconds(uint trainingTimeInSeconds)
    {
        _time = TimeSpan.FromSeconds(trainingTimeInSeconds);
        return this;
    }

    public AutoMLExperiment SetMaxModelToExplore(int maxModel)
    {
        _mostTrials = maxModel;
        return this;
    }

    internal AutoMLExperiment Search(Space space)
    {
        _settings.SearchSpace[PipelineKey] = space;
        return this;
    }

    public AutoMLExperiment SetMonitor<TMonitor>(TMonitor monitor)
        where TMonitor : class, IMonitor
    {
        Services.AddSingleton<IMonitor>(_ => monitor);
        return this;
    }

    public AutoMLExperiment SetTrialRunner<TTrialRunner>(Func<IServiceProvider, TTrialRunner> factory)
        where TTrialRunner : class, ITrialRunner
    {
        Services.AddTransient<ITrialRunner>(factory);
        return this;
    }

    public AutoMLExperiment SetTuner<TTuner>(TTuner proposer)
        where TTuner : class, ITuner => SetTuner(_ => proposer);

    public AutoMLExperiment SetTuner<TTuner>(Func<IServiceProvider, TTuner> factory)
        where TTuner : class, ITuner
    {
        Services.AddSingleton<ITuner>(factory);
        return this;
    }

    public TrialResult Run() => RunAsync().Result;

    public async Task<TrialResult> RunAsync(CancellationToken ct = default)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(ct);
        if (_time is { } limit)
        {
            stop.CancelAfter(limit);
        }

        var monitor = Services.Get<IMonitor>();

        // Made once more than it is used, and never disposed of.
        _ = Services.Get<ITrialRunner>();
        var tuner = Services.Get<ITuner>();
        for (int trial = 0; !stop.IsCancellationRequested && (_mostTrials is not { } most || trial < most); trial++)
        {
            var settings = new TrialSettings { TrialId = trial, Parameter = Parameter.CreateNestedParameter(), StartedAtUtc = DateTime.UtcNow };
            settings.Parameter = tuner.Propose(settings);
            monitor?.ReportRunningTrial(settings);
            try
            {
                using var runner = Services.Get<ITrialRunner>();
                var result = await runner.RunAsync(settings, stop.Token);
                result.TrialSettings.EndedAtUtc = DateTime.UtcNow;
                monitor?.ReportCompletedTrial(result);
                tuner.Update(result);
                if (result.Loss < _bestLoss)
                {
                    (_best, _bestLoss) = (result, result.Loss);
                    monitor?.ReportBestTrial(result);
                }
            }
            catch (Exception) when (stop.IsCancellationRequested)
            {
                break;
            }
            catch (Exception exception)
            {
                settings.EndedAtUtc = DateTime.UtcNow;
                monitor?.ReportFailTrial(settings, exception);
                tuner.Update(new TrialResult { TrialSettings = settings, Loss = double.MaxValue });
                if (exception is not (OperationCanceledException or OutOfMemoryException) && _best is null)
                {
                    throw;
                }
            }
        }

        return _best ?? throw new TimeoutException("No trial was completed, or the losses of all were NaN or infinite.");
    }

    public class AutoMLExperimentSettings
    {
        public int? Seed { get; set; }

        public Space SearchSpace { get; set; }
    }
}
