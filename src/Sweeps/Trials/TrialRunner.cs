using System.Globalization;
using System.Reflection;
using Microsoft.ML;
using MLNet.GradientTrainers.Bridge;
using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers.Sweeps;

/// <summary>Runs one trial: fits its pipeline on each fold and scores it. What goes wrong is the trial's outcome, not an exception.</summary>
internal sealed class TrialRunner(SweepSettings settings, SweepData data, Trial trial, Func<EpochRecord, int, string?> onEpoch, CancellationToken sweepToken)
{
    private readonly TrialCheckpoints _checkpoints = new(settings.CheckpointPath);
    private string? _pruned;

    /// <param name="settings">The sweep.</param>
    /// <param name="data">Its rows.</param>
    /// <param name="trial">The trial.</param>
    /// <param name="onEpoch">Takes an epoch and the fold's number, from 0, and gives the reason to prune the trial, or null.</param>
    /// <param name="sweepToken">Ends the sweep.</param>
    public static TrialOutcome Run(SweepSettings settings, SweepData data, Trial trial, Func<EpochRecord, int, string?> onEpoch, CancellationToken sweepToken) =>
        new TrialRunner(settings, data, trial, onEpoch, sweepToken).Run();

    private TrialOutcome Run()
    {
        using var source = CancellationTokenSource.CreateLinkedTokenSource(sweepToken);
        if (settings.TimePerTrial is { } limit)
        {
            source.CancelAfter(limit);
        }

        try
        {
            var scores = new List<double>();
            ITransformer? model = null;
            for (int i = 0; i < data.Folds.Count; i++)
            {
                if (i > 0)
                {
                    // Best weights so far of some folds are no score of all.
                    source.Token.ThrowIfCancellationRequested();
                }

                var fold = data.Folds[i];
                var fitted = Fit(fold, i, source);
                if (_pruned is not null || sweepToken.IsCancellationRequested)
                {
                    return Stopped();
                }

                scores.Add(settings.SearchedMetric.Evaluate(TrialContexts.Create(settings.Context, trial.Seed), fitted.Transform(new StoppableRows(fold.Validation, sweepToken))));
                model = data.Folds.Count == 1 ? fold.Model(fitted) : null;
            }

            double score = scores.Average();
            return double.IsFinite(score)
                ? new TrialOutcome(TrialState.Completed, score, source.IsCancellationRequested ? $"Stopped by its time limit of {Seconds()}; scored by its best weights so far." : null, model) { FoldScores = scores.Count > 1 ? scores : [] }
                : new TrialOutcome(TrialState.Failed, Reason: string.Create(CultureInfo.InvariantCulture, $"The {settings.SearchedMetric.Name} on the validation rows is {score}."));
        }
        catch (SweepAbortedException)
        {
            throw;
        }
        catch (Exception) when (_pruned is not null || sweepToken.IsCancellationRequested)
        {
            return Stopped();
        }
        catch (Exception) when (source.IsCancellationRequested)
        {
            return new TrialOutcome(TrialState.Failed, Reason: $"Its time limit of {Seconds()} was over before there was a model to score.");
        }
        catch (Exception exception)
        {
            return new TrialOutcome(TrialState.Failed, Reason: Reason(exception));
        }
    }

    private ITransformer Fit(SweepFold fold, int number, CancellationTokenSource source)
    {
        if (_checkpoints.Exist(trial.Number, number))
        {
            try
            {
                return FitOnce(fold, number, source);
            }
            catch (InvalidDataException)
            {
                // Of another version, or damaged: the trial begins anew.
                _checkpoints.Remove(trial.Number);
            }
        }

        return FitOnce(fold, number, source);
    }

    private ITransformer FitOnce(SweepFold fold, int number, CancellationTokenSource source)
    {
        int trainers = 0;
        var context = TrialContexts.Create(settings.Context, trial.Seed);
        TrialContext own = null!;
        own = new TrialContext(context, trial, settings.ThreadsPerTrial, fold.Validation, epoch => Report(epoch, number, isLast: epoch.Epoch == own.NumberOfEpochs, source), source.Token, () => _checkpoints.PathOf(trial.Number, number, ++trainers));
        var pipeline = settings.Create(own);

        // Trainers that know no token stop when their context does; those that do would lose their best weights by it.
        using var registration = own.IsConnected ? default : source.Token.Register(() => Hosts.Cancel(context));
        return pipeline.Fit(new StoppableRows(fold.Train, sweepToken));
    }

    private void Report(EpochRecord epoch, int fold, bool isLast, CancellationTokenSource source)
    {
        // An epoch that ends when the sweep does is told: the checkpoint from which the trial goes on is behind it.
        if (source.IsCancellationRequested && (_pruned is not null || !sweepToken.IsCancellationRequested))
        {
            return;
        }

        // A training that is over has nothing left to save: it is scored.
        string? reason = onEpoch(epoch, fold);
        _pruned = isLast ? null : reason;
        if (_pruned is not null)
        {
            source.Cancel();
        }
    }

    private TrialOutcome Stopped() => sweepToken.IsCancellationRequested && _pruned is null ? new TrialOutcome(TrialState.Interrupted) : new TrialOutcome(TrialState.Pruned, Reason: _pruned);

    private string Seconds() => string.Create(CultureInfo.InvariantCulture, $"{settings.TimePerTrial!.Value.TotalSeconds:0.###} s");

    /// <summary>What an error of a pipeline says of a trial.</summary>
    internal static string Reason(Exception exception)
    {
        while (exception is AggregateException or TargetInvocationException && exception.InnerException is { } inner)
        {
            exception = inner;
        }

        return exception is ArgumentException or DivergenceException ? exception.Message : $"{exception.GetType().Name}: {exception.Message}";
    }
}
