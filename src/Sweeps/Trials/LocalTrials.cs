namespace MLNet.GradientTrainers.Sweeps;

/// <summary>Trains the trials in this process.</summary>
internal sealed class LocalTrials(SweepSettings settings, SweepData data) : ITrialExecutor
{
    public void Begin(IReadOnlyCollection<Trial> trials)
    {
    }

    public TrialOutcome Run(Trial trial, Trial? best, ITrialObserver observer, CancellationToken cancellationToken) =>
        TrialRunner.Run(settings, data, trial, observer.OnEpoch, cancellationToken);

    public TrialOutcome Complete(Trial trial, TrialOutcome outcome, CancellationToken cancellationToken)
    {
        if (data.All is not { } all || outcome.State != TrialState.Completed)
        {
            return outcome;
        }

        try
        {
            return outcome with { Model = data.FitAll(trial, all, settings.ThreadsPerTrial, cancellationToken) };
        }
        catch (Exception) when (cancellationToken.IsCancellationRequested)
        {
            // A score without its model would cost the fit after the end; a resumed sweep runs the trial again.
            return new TrialOutcome(TrialState.Interrupted);
        }
        catch (Exception exception)
        {
            return new TrialOutcome(TrialState.Failed, Reason: $"It was fitted on each fold, but can't be on all rows: {TrialRunner.Reason(exception)}");
        }
    }

    public void Forget(int trial, bool keepsModel) => new TrialCheckpoints(settings.CheckpointPath).Remove(trial);
}
