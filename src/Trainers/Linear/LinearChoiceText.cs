using System.Globalization;
using Microsoft.ML.Runtime;
using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers;

/// <summary>Tells in ML.NET's channel what a linear trainer has chosen, as options that do the same.</summary>
internal static class LinearChoiceText
{
    /// <summary>Tells the choice after the run, which shows how many epochs were enough; nothing where nothing was left open.</summary>
    public static void Tell(IChannel channel, LinearTrainerOptions options, LinearChoice choice, LinearResult result)
    {
        var chosen = choice.Options;
        var parts = new List<string>();
        string why = "";
        if (options.ChoosesRate)
        {
            parts.Add(Text($"{nameof(options.LearningRate)} = {chosen.LearningRate:R}"));
            why = " The rate is the largest sure one for the curvature of these rows.";
            if (choice.StartingBias is { } bias and not 0)
            {
                parts.Add(Text($"{nameof(options.InitialBias)} = {bias:R}"));
            }

            if (options.FeatureScaling == FeatureScaling.Auto)
            {
                parts.Add($"{nameof(options.FeatureScaling)} = {nameof(FeatureScaling)}.{options.Scaling}");
            }

            parts.Add(Text($"{nameof(options.Whiten)} = {(choice.IsWhitened ? "true" : "false")}"));
            if (chosen.Accelerate && !options.Accelerate)
            {
                parts.Add($"{nameof(options.Accelerate)} = true");
            }

            if (chosen.Schedule is CosineAnnealing cosine && chosen.Schedule != options.Schedule)
            {
                parts.Add(cosine.CycleEpochs > 0
                    ? Text($"{nameof(options.Schedule)} = new {nameof(CosineAnnealing)} {{ {nameof(cosine.CycleEpochs)} = {cosine.CycleEpochs}, {nameof(cosine.CycleGrowth)} = {cosine.CycleGrowth} }}")
                    : $"{nameof(options.Schedule)} = new {nameof(CosineAnnealing)}()");
            }
        }

        if (options.BatchSize is null)
        {
            parts.Add(Text($"{nameof(options.BatchSize)} = {chosen.BatchSize}"));
        }

        if (options.NumberOfEpochs is null && Epochs(chosen, result) is > 0 and var epochs)
        {
            parts.Add(Text($"{nameof(options.NumberOfEpochs)} = {epochs}"));
            why += result.StopReason == StopReason.Converged ? Text($" After {result.Epochs:N0} epochs, of at most {chosen.NumberOfEpochs:N0}, it had converged.") : "";
        }

        if (options.Tolerance is null && chosen.Tolerance > 0)
        {
            parts.Add(Text($"{nameof(options.Tolerance)} = {chosen.Tolerance:R}"));
        }

        if (parts.Count > 0)
        {
            channel.Info(MessageSensitivity.None, $"Chosen: {string.Join(", ", parts)}.{why}");
        }

        if (choice.ConstantFeatures > 0)
        {
            channel.Trace(MessageSensitivity.None, Text($"{choice.ConstantFeatures:N0} features do not vary and get the weight 0."));
        }
    }

    /// <summary>
    /// The number that gives the same model: of epochs that were run, where rates do not depend on how many are to come; else the most, which with the same rates ends as early.
    /// </summary>
    private static int? Epochs(LinearOptions chosen, LinearResult result) =>
        chosen.Schedule is ConstantRate or CosineAnnealing { CycleEpochs: > 0 } ? result.Epochs : chosen.NumberOfEpochs;

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
