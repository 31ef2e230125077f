using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers;

/// <summary>What a linear trainer's user can leave out where a rate does not suit or features are not normalised.</summary>
internal static class LinearAdvice
{
    /// <summary>One or two sentences; null where rate and scales are chosen already.</summary>
    public static string? Of(LinearTrainerOptions options)
    {
        bool scales = options.Scaling != LinearScaling.None;
        string[] given =
        [
            .. scales || options.FeatureScaling == FeatureScaling.Auto ? Array.Empty<string>() : [nameof(options.FeatureScaling)],
            .. options.LearningRate is null ? Array.Empty<string>() : [nameof(options.LearningRate)],
            .. options.Optimizer is null ? Array.Empty<string>() : [nameof(options.Optimizer)],
        ];
        if (given.Length == 0)
        {
            return null;
        }

        string[] then = [.. options.ChoosesRate ? Array.Empty<string>() : ["the rate is chosen"], .. scales ? Array.Empty<string>() : ["features are scaled inside"]];
        string orScale = scales || options.ChoosesRate ? "" : $" Or set {nameof(options.FeatureScaling)} = {nameof(FeatureScaling)}.{FeatureScaling.Standard}.";
        return $"The simplest mend: leave {string.Join(" and ", given)} out; then {string.Join(" and ", then)}.{orScale}";
    }
}
