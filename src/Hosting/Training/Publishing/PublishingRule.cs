using System.Globalization;

namespace MLNet.GradientTrainers.Hosting;

/// <summary>When a new model takes the place of the current one: both are evaluated on the same held-out rows, then the rule decides.</summary>
public sealed record PublishingRule
{
    private readonly Func<PublishingComparison, PublishingDecision> _decide;

    private PublishingRule(IReadOnlyList<ModelMetric> metrics, Func<PublishingComparison, PublishingDecision> decide)
    {
        foreach (var same in metrics.GroupBy(metric => metric.Name).Where(group => group.Count() > 1))
        {
            throw new ArgumentException($"Two metrics have the name '{same.Key}': give one of them another name (metric with {{ Name = … }}).", nameof(metrics));
        }

        Metrics = metrics;
        _decide = decide;
    }

    /// <summary>What both models are measured by; the version, the events and the log tell all of them.</summary>
    public IReadOnlyList<ModelMetric> Metrics { get; }

    /// <summary>What happens when there is a current model, but it can't be compared: it can't be loaded, or does not take the held-out rows. Default: the new one is published, and a warning logged.</summary>
    public WhenNotComparable WhenNotComparable { get; init; } = WhenNotComparable.Publish;

    /// <summary>Publishes a model that is as good as the current one by a metric, or better. A metric that is NaN is never published; where there is no current model any other is.</summary>
    /// <param name="metric">The metric.</param>
    /// <param name="tolerance">How much worse the new model may be, in the metric's unit, at least 0. Default: 0.</param>
    /// <param name="limit">What the new model has to reach in any case, also as the first one; null for nothing.</param>
    /// <param name="alsoMeasured">Further metrics, to be told.</param>
    /// <exception cref="ArgumentOutOfRangeException">The tolerance is negative or NaN, or the limit is NaN.</exception>
    public static PublishingRule NotWorse(ModelMetric metric, double tolerance = 0, double? limit = null, params IEnumerable<ModelMetric> alsoMeasured)
    {
        ArgumentNullException.ThrowIfNull(metric);
        if (tolerance is not (>= 0 and < double.PositiveInfinity))
        {
            throw new ArgumentOutOfRangeException(nameof(tolerance), tolerance, "The tolerance must be a finite number of at least 0, in the metric's unit.");
        }

        if (limit is double.NaN)
        {
            throw new ArgumentOutOfRangeException(nameof(limit), limit, "The limit must be a number, or null for none.");
        }

        return new PublishingRule([metric, .. alsoMeasured], comparison => Decide(comparison, metric, tolerance, limit));
    }

    /// <summary>Publishes every model that was trained.</summary>
    /// <param name="measured">Metrics, to be told.</param>
    public static PublishingRule Always(params IEnumerable<ModelMetric> measured) => new([.. measured], _ => PublishingDecision.Publish("the rule publishes every model"));

    /// <summary>A rule of one's own.</summary>
    /// <param name="decide">Decides. What it throws fails the run.</param>
    /// <param name="measured">Metrics that both models are measured by.</param>
    public static PublishingRule Of(Func<PublishingComparison, PublishingDecision> decide, params IEnumerable<ModelMetric> measured)
    {
        ArgumentNullException.ThrowIfNull(decide);
        return new PublishingRule([.. measured], decide);
    }

    internal PublishingDecision Decide(PublishingComparison comparison) => comparison.CurrentProblem is not null && WhenNotComparable == WhenNotComparable.Reject
        ? PublishingDecision.Reject($"the current model can't be compared: {comparison.CurrentProblem}")
        : _decide(comparison);

    private static PublishingDecision Decide(PublishingComparison comparison, ModelMetric metric, double tolerance, double? limit)
    {
        double value = comparison.Candidate[metric.Name];
        if (double.IsNaN(value))
        {
            return PublishingDecision.Reject($"its {metric.Name} is NaN");
        }

        string text = string.Create(CultureInfo.InvariantCulture, $"{metric.Name} {value:G5}");
        if (limit is { } least && !metric.IsNotWorse(value, least, tolerance: 0))
        {
            return PublishingDecision.Reject(string.Create(CultureInfo.InvariantCulture, $"{text} does not reach the limit {least:G5}"));
        }

        if (comparison.Current is null)
        {
            return PublishingDecision.Publish(comparison.CurrentProblem is null ? $"{text}, the first model" : $"{text}, and the current model can't be compared: {comparison.CurrentProblem}");
        }

        double current = comparison.Current[metric.Name];
        string against = string.Create(CultureInfo.InvariantCulture, $"{text} against {current:G5} of the current model{(tolerance > 0 ? $", tolerance {tolerance:G5}" : "")}");
        return metric.IsNotWorse(value, current, tolerance) ? PublishingDecision.Publish(against) : PublishingDecision.Reject(against);
    }
}

/// <summary>What happens when there is a current model that can't be compared with the new one.</summary>
public enum WhenNotComparable
{
    /// <summary>The rule decides as if there was none, and a warning is logged.</summary>
    Publish,

    /// <summary>The new model is rejected.</summary>
    Reject,
}
