namespace MLNet.GradientTrainers.Sweeps;

/// <summary>Tells after an epoch whether a trial is hopeless beside the others. A decision is a function of the trials' epochs alone; a pruner keeps no state.</summary>
public abstract class Pruner
{
    /// <summary>The name, with its settings, as the journal tells it.</summary>
    public abstract string Name { get; }

    /// <summary>Whether decisions look only at trials that are finished for certain, so that they are the same however trials run side by side; then trials wait for those.</summary>
    public virtual bool IsReproducible => false;

    /// <summary>Whether the trials' figures of an epoch are looked at, so that they must be kept.</summary>
    /// <param name="epoch">Number of the epoch, from 1.</param>
    public abstract bool LooksAt(int epoch);

    /// <summary>Why the trial is to be pruned after its last epoch, or null to go on.</summary>
    /// <param name="trial">The trial.</param>
    /// <param name="others">The other trials, running ones as they are.</param>
    /// <param name="metric">The metric, whose figures of epochs are compared.</param>
    public abstract string? Decide(Trial trial, IReadOnlyList<Trial> others, SweepMetric metric);
}
