using Microsoft.ML;

namespace MLNet.GradientTrainers.Hosting;

/// <summary>Evaluates a new model and the current one of a store on the same rows.</summary>
/// <param name="context">The run's context.</param>
/// <param name="rule">The metrics.</param>
/// <param name="candidate">The new model.</param>
/// <param name="heldOut">The rows, which are read several times.</param>
internal sealed class ModelComparer(MLContext context, PublishingRule rule, ITransformer candidate, IDataView heldOut)
{
    private readonly IReadOnlyDictionary<string, double> _candidate = Measure(context, rule, candidate, heldOut);

    /// <summary>Compares with the model in a file.</summary>
    /// <param name="path">The file; none is there where no model is current.</param>
    /// <param name="version">Its version; null for unknown.</param>
    public PublishingComparison With(string path, ModelVersion? version)
    {
        var comparison = new PublishingComparison { Candidate = _candidate, CurrentVersion = version, MLContext = context, HeldOut = heldOut, CandidateModel = candidate };
        if (!File.Exists(path))
        {
            return comparison;
        }

        if (!context.Model.TryLoad(path, out var current, out _, out string? problem))
        {
            return comparison with { CurrentProblem = problem };
        }

        try
        {
            return comparison with { CurrentModel = current, Current = Measure(context, rule, current, heldOut) };
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            // It scores rows of another schema, each model in its own way of saying so.
            return comparison with { CurrentModel = current, CurrentProblem = $"It does not score the held-out rows: {Sentence(exception)}" };
        }
    }

    /// <summary>The metrics of a model.</summary>
    /// <exception cref="InvalidOperationException">No row is held out.</exception>
    private static Dictionary<string, double> Measure(MLContext context, PublishingRule rule, ITransformer model, IDataView heldOut)
    {
        if (rule.Metrics.Count == 0)
        {
            return [];
        }

        var scored = model.Transform(heldOut);
        return rule.Metrics.ToDictionary(metric => metric.Name, metric => metric.Evaluate(context, scored));
    }

    private static string Sentence(Exception exception) => exception.Message.Split('\n')[0].TrimEnd('\r', '.', ' ') + ".";
}
