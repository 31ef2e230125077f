using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers.Sweeps;

/// <summary>Who trains the trials of a sweep: this process, or others. Which trials there are, what becomes of them and who is the best one is not its part.</summary>
internal interface ITrialExecutor
{
    /// <summary>The sweep begins, or goes on.</summary>
    /// <param name="trials">The trials of before; those that were not finished are interrupted.</param>
    void Begin(IReadOnlyCollection<Trial> trials);

    /// <summary>Runs a trial; called by as many threads as there are trials at once. What goes wrong in it is its outcome, not an exception.</summary>
    /// <param name="trial">The trial.</param>
    /// <param name="best">The best trial so far; null for none.</param>
    /// <param name="observer">Is told how it goes.</param>
    /// <param name="cancellationToken">Ends the sweep.</param>
    TrialOutcome Run(Trial trial, Trial? best, ITrialObserver observer, CancellationToken cancellationToken);

    /// <summary>Fits a trial of a cross-validation on all rows, which gives the model; leaves an outcome of other sweeps as it is.</summary>
    /// <param name="trial">The trial.</param>
    /// <param name="outcome">Its outcome by the folds.</param>
    /// <param name="cancellationToken">Ends the sweep.</param>
    TrialOutcome Complete(Trial trial, TrialOutcome outcome, CancellationToken cancellationToken);

    /// <summary>The books have taken a finished trial: what it could have gone on from is needed no longer.</summary>
    /// <param name="trial">The trial's number.</param>
    /// <param name="keepsModel">Whether its model is one that the sweep keeps.</param>
    void Forget(int trial, bool keepsModel);
}

/// <summary>Takes how a trial goes into the books.</summary>
internal interface ITrialObserver
{
    /// <param name="epoch">What an epoch came to.</param>
    /// <param name="fold">The fold, from 0.</param>
    /// <returns>The reason to prune the trial, or null.</returns>
    string? OnEpoch(EpochRecord epoch, int fold);

    /// <summary>Who ran the trial is gone: it goes on from what was kept of it, or from the beginning.</summary>
    void OnRestart();
}
