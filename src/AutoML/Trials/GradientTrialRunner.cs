using System.Diagnostics;
using Microsoft.ML;
using Microsoft.ML.AutoML;
using MLNet.GradientTrainers.Kernels;
using MLNet.GradientTrainers.Sweeps;

namespace MLNet.GradientTrainers.AutoML;

/// <summary>
/// Runs a trial of AutoML as its own runner does, with the experiment's data, pipeline and metric, and beyond that: hopeless trials are pruned, the experiment's token and time limit end our trainers
/// within a batch, with a journal no finished trial is run twice, and results have their curves. Made by <see cref="GradientExperimentExtensions.SetGradientTrialRunner"/>.
/// </summary>
/// <remarks>
/// <para>A trial that is pruned, or ended by its time limit or the experiment's, returns its best weights so far and their loss; it does not throw. Without any, it throws
/// <see cref="OperationCanceledException"/>. Pruning needs a curve on the validation rows: of our sweepable trainers, or of a sweepable estimator that makes one of our trainers.</para>
/// <para>A trial that diverges fails with an <see cref="OperationCanceledException"/> that has the advice of <see cref="DivergenceException"/>, which AutoML reports and skips even where it is the first one. Other exceptions
/// go through to AutoML, which ends the experiment where the first trial fails and skips later ones.</para>
/// <para>Trials run on a thread of the pool: <c>RunAsync</c> of an experiment does not block its caller.</para>
/// </remarks>
public sealed class GradientTrialRunner : ITrialRunner
{
    private readonly GradientTrials _trials;
    private readonly TrialServices _services;

    internal GradientTrialRunner(GradientTrials trials, TrialServices services) => (_trials, _services) = (trials, services);

    /// <inheritdoc/>
    public Task<TrialResult> RunAsync(TrialSettings settings, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(settings);
        return Task.Run(() => Run(settings, ct), CancellationToken.None);
    }

    /// <summary>Nothing is left to be released: what a trial opened, it has closed.</summary>
    public void Dispose()
    {
    }

    private TrialResult Run(TrialSettings settings, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        var book = _trials.Book(_services);
        var values = _trials.Space(_services).FromParameter(settings.Parameter);
        if (FromJournal(book, values, settings) is { } known)
        {
            return known;
        }

        using var journal = book.Open();
        var trial = book.Begin(values, journal);
        var clock = Stopwatch.StartNew();
        using var run = new TrialRun(_services, settings, _trials.TimePerTrial, (epoch, fold) => book.Report(trial.Number, epoch, fold == 0, journal), ct);
        try
        {
            var (model, metric) = run.Run();
            var state = run.Pruned is not null ? TrialState.Pruned : ct.IsCancellationRequested ? TrialState.Interrupted : TrialState.Completed;
            if (state != TrialState.Interrupted && !double.IsFinite(metric))
            {
                book.Finish(trial.Number, TrialState.Failed, null, $"The {_services.Metric.MetricName} is {metric}.", clock.Elapsed, journal);
                return Result(trial with { State = TrialState.Failed }, settings, metric, model);
            }

            trial = book.Finish(trial.Number, state, metric, run.Reason, clock.Elapsed, journal, finished =>
            {
                if (book.IsBest(metric))
                {
                    book.Models?.Save(_services.Context, finished.Number, model);
                }
            });
            return Result(trial, settings, metric, model);
        }
        catch (Exception exception)
        {
            bool isInterrupted = ct.IsCancellationRequested;
            book.Finish(trial.Number, isInterrupted ? TrialState.Interrupted : TrialState.Failed, null, $"{exception.GetType().Name}: {exception.Message}", clock.Elapsed, journal);
            if (exception is DivergenceException)
            {
                // AutoML ends an experiment whose first trial fails in any other way; a rate that is too large is this trial's fault alone.
                throw new OperationCanceledException(exception.Message, exception);
            }

            throw;
        }
    }

    /// <summary>The result of a trial that an earlier run has finished; null where it has to be run.</summary>
    private GradientTrialResult? FromJournal(TrialBook book, ParameterValues values, TrialSettings settings)
    {
        if (book.Find(values) is not { State: TrialState.Completed or TrialState.Pruned, Score: { } score } past)
        {
            return null;
        }

        ITransformer? model = null;
        if (book.IsBest(score) && (model = book.Models?.Load(_services.Context, past.Number)) is null)
        {
            return null;
        }

        book.Take(past);
        return Result(past, settings, score, model, isFromJournal: true);
    }

    private GradientTrialResult Result(Trial trial, TrialSettings settings, double metric, ITransformer? model, bool isFromJournal = false) => new(trial, _trials.Metric(_services))
    {
        TrialSettings = settings,
        Metric = metric,
        Loss = _services.Metric.IsMaximize ? -metric : metric,
        Model = model!,
        DurationInMilliseconds = trial.Duration.TotalMilliseconds,
        IsFromJournal = isFromJournal,
    };
}
