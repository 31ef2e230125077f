using System.Globalization;

namespace MLNet.GradientTrainers.Sweeps;

/// <summary>
/// Asynchronous successive halving over epochs: at the rungs, after r, r·η, r·η², … epochs, a trial goes on where it is among the best 1/η of all trials that have come to that rung so far, itself
/// included; the best one always does.
/// </summary>
/// <remarks>
/// <para>L. Li et al., "A system for massively parallel hyperparameter tuning", 2020, in the form that stops: a paused trial would keep its network in memory.</para>
/// <para>With several trials at once, who comes to a rung first depends on the clock, and so do decisions; no asynchronous rule can be otherwise. One trial at a time is the same every time. With
/// <see cref="Reproducible"/> set several at once are, too: a trial is compared only with those that must have been finished when it began, for which it waits.</para>
/// </remarks>
public sealed class SuccessiveHalving : Pruner
{
    /// <summary>Creates the rule.</summary>
    /// <param name="firstRung">r: epochs before the first decision, at least 1.</param>
    /// <param name="reduction">η: one in so many goes on, at least 2.</param>
    /// <param name="reproducible">Whether decisions are to be the same with several trials at once, at the price of waiting.</param>
    public SuccessiveHalving(int firstRung = 1, int reduction = 3, bool reproducible = false)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(firstRung, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(reduction, 2);
        (FirstRung, Reduction, Reproducible) = (firstRung, reduction, reproducible);
    }

    /// <summary>r.</summary>
    public int FirstRung { get; }

    /// <summary>η.</summary>
    public int Reduction { get; }

    /// <summary>Whether decisions are the same with several trials at once.</summary>
    public bool Reproducible { get; }

    /// <inheritdoc/>
    public override string Name => $"successive halving from {FirstRung} by {Reduction}{(Reproducible ? ", reproducible" : "")}";

    /// <inheritdoc/>
    public override bool IsReproducible => Reproducible;

    /// <inheritdoc/>
    public override bool LooksAt(int epoch)
    {
        long rung = FirstRung;
        while (rung < epoch)
        {
            rung *= Reduction;
        }

        return rung == epoch;
    }

    /// <inheritdoc/>
    public override string? Decide(Trial trial, IReadOnlyList<Trial> others, SweepMetric metric)
    {
        ArgumentNullException.ThrowIfNull(trial);
        ArgumentNullException.ThrowIfNull(others);
        ArgumentNullException.ThrowIfNull(metric);
        if (trial.Epochs.Count == 0 || trial.Epochs[^1].Epoch is var rung && !LooksAt(rung))
        {
            return null;
        }

        double own = metric.OfEpoch(trial.Epochs[^1]);
        if (!double.IsFinite(own))
        {
            return null;
        }

        // A trainer that tells of epochs without validation rows can't be compared.
        double[] values = [.. others.SelectMany(other => other.Epochs.Where(epoch => epoch.Epoch == rung)).Select(metric.OfEpoch).Where(double.IsFinite)];
        double rank = SweepMetric.Rank(own, metric.EpochHigherIsBetter);
        int better = values.Count(value => SweepMetric.Rank(value, metric.EpochHigherIsBetter) < rank);
        int kept = Math.Max(1, (values.Length + 1) / Reduction);
        return better < kept ? null : string.Create(
            CultureInfo.InvariantCulture, $"After {rung} epoch{(rung == 1 ? "" : "s")} {better} of {values.Length + 1} trials {(better == 1 ? "was" : "were")} better ({metric.EpochName} {own:G5}); the best {(kept == 1 ? "one" : kept)} went on.");
    }
}
