using System.Globalization;
using Microsoft.ML.Runtime;
using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers;

/// <summary>Tells in ML.NET's channel what a linear trainer has chosen, as options that do the same.</summary>
internal static class LinearChoiceText
{
    /// <summary>Tells the choice; nothing where nothing was left open.</summary>
    public static void Tell(IChannel channel, LinearTrainerOptions options, LinearChoice choice)
    {
        var chosen = choice.Options;
        var parts = new List<string>();
        if (options.ChoosesRate)
        {
            parts.Add(Text($"{nameof(options.LearningRate)} = {chosen.LearningRate:R} (the largest sure one for the curvature of these rows)"));
            if (choice.StartingBias is { } bias and not 0)
            {
                parts.Add(Text($"{nameof(options.InitialBias)} = {bias:R}"));
            }

            if (options.FeatureScaling == FeatureScaling.Auto)
            {
                parts.Add($"{nameof(options.FeatureScaling)} = {options.Scaling}");
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

        if (options.NumberOfEpochs is null)
        {
            parts.Add(Text($"{nameof(options.NumberOfEpochs)} = {chosen.NumberOfEpochs}, or fewer where it converges"));
        }

        if (options.Tolerance is null && chosen.Tolerance > 0)
        {
            parts.Add(Text($"{nameof(options.Tolerance)} = {chosen.Tolerance:R}"));
        }

        if (parts.Count > 0)
        {
            channel.Info(MessageSensitivity.None, $"Chosen: {string.Join("; ", parts)}.");
        }

        if (choice.ConstantFeatures > 0)
        {
            channel.Trace(MessageSensitivity.None, Text($"{choice.ConstantFeatures:N0} features do not vary and get the weight 0."));
        }
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
