using System.Text.RegularExpressions;
using Microsoft.ML;
using Microsoft.ML.AutoML;
using Parameter = Microsoft.ML.SearchSpace.Parameter;

namespace MLNet.GradientTrainers.AutoML;

/// <summary>
/// The estimators of a trial's pipeline one by one. Only who fits them so can take validation rows through the transforms before a trainer; a chain does not give its estimators out. Which ones a trial
/// takes is told by the term of its schema, such as <c>e0 * e2</c>, of keys of <see cref="SweepablePipeline.Estimators"/>.
/// </summary>
internal static partial class PipelineParts
{
    /// <summary>The option that chooses among a pipeline's terms.</summary>
    public const string Schema = "_SCHEMA_";

    /// <summary>The option of an experiment that its pipeline is in.</summary>
    public const string Pipeline = "_pipeline_";

    /// <returns>Null where the term is none of keys one after another: then nothing can be pruned.</returns>
    public static IReadOnlyList<IEstimator<ITransformer>>? Of(SweepablePipeline pipeline, MLContext context, Parameter parameter)
    {
        if (!parameter.TryGetValue(Schema, out var schema) || schema.AsType<string>() is not { } term || !Product().IsMatch(term))
        {
            return null;
        }

        string[] keys = Keys(term);
        return keys.All(pipeline.Estimators.ContainsKey) ? [.. keys.Select(key => pipeline.Estimators[key].BuildFromOption(context, parameter[key]))] : null;
    }

    /// <summary>The keys in a term, in their order.</summary>
    public static string[] Keys(string term) => [.. Key().Matches(term).Select(match => match.Value)];

    [GeneratedRegex("e[0-9]+")]
    private static partial Regex Key();

    [GeneratedRegex("^e[0-9]+( *\\* *e[0-9]+)*$")]
    private static partial Regex Product();
}
