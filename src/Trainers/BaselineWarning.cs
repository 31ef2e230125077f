using System.Globalization;
using Microsoft.ML.Runtime;
using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers;

/// <summary>Warns, once after the last epoch, of a model that predicts no better than one constant for all rows: with the cause, as far as it can be told, and the mend.</summary>
/// <param name="context">The trainer's call.</param>
/// <param name="options">Its options.</param>
/// <param name="history">The finished epochs.</param>
/// <param name="needsNormalization">Whether the trainer takes the features as they are.</param>
/// <param name="isNetwork">Whether it trains units, which may die, and has a learning rate finder.</param>
/// <param name="goesOnFrom">The trained network that the fit began with, for the message; null for fresh weights.</param>
internal sealed class BaselineWarning(FitContext context, DescentOptions options, TrainingHistory history, bool needsNormalization, bool isNetwork, string? goesOnFrom = null)
{
    /// <summary>A training loss below this share of the constant's was learned.</summary>
    private const double Learned = 0.9;

    /// <summary>A last epoch's loss above the best one's by this factor has gone up, not round a bottom.</summary>
    private const double Risen = 2;

    /// <summary>So has one above the first epoch's by this factor.</summary>
    private const double RisenAboveStart = 1.05;

    /// <summary>A loss that falls by less, in parts of itself an epoch, does not fall.</summary>
    private const double SmallestFall = 1e-3;

    private double Rate => options.LearningRate ?? options.Optimizer?.LearningRate ?? 0;

    /// <summary>Warns where the comparison asks for it.</summary>
    /// <param name="baseline">The engine's comparison; null for none.</param>
    public void Tell(BaselineComparison? baseline)
    {
        if (baseline is { IsNoBetter: true })
        {
            context.Channel.Warning(MessageSensitivity.None, $"{Finding(baseline)} {Cause(baseline)}");
        }
    }

    private string Finding(BaselineComparison baseline)
    {
        string metric = history.Metric.Name;
        string constant = history.Metric.HigherIsBetter ? "the classes' frequencies alone" : "one number alone";
        string same = baseline.IsConstant ? " It gives the same for every row." : "";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"By its loss, the model predicts no better than a constant: on {baseline.Rows:N0} {(baseline.IsValidation ? "validation" : "training")} rows its loss is {baseline.Loss:G4} and its {metric} {baseline.Metric:G4}, where {constant} would have {baseline.ConstantLoss:G4} and {baseline.ConstantMetric:G4}.{same}");
    }

    private string Cause(BaselineComparison baseline)
    {
        var epochs = history.Epochs;
        var best = epochs.MinBy(epoch => epoch.TrainingLoss);
        double last = epochs[^1].TrainingLoss;
        if (baseline.IsValidation && last < Learned * baseline.ConstantLoss)
        {
            return context.Features.DiffersInValidation
                ? Text($"It has learned the training rows, to a loss of {last:G4}; the validation rows' features are scaled otherwise.")
                : Text($"It has learned the training rows, to a loss of {last:G4}, but nothing that holds for others: give more rows, or fewer weights or epochs, {nameof(options.L2Regularization)} or {nameof(options.EarlyStopping)}; and see that both sets of rows are drawn alike.");
        }

        if (goesOnFrom is not null && epochs[0].TrainingLoss > Risen * baseline.ConstantLoss)
        {
            return Text($"The likely cause: the features are not prepared as for the training of {goesOnFrom}; its layers began with a training loss of {epochs[0].TrainingLoss:G4} in epoch {epochs[0].Epoch}. Prepare them as there, for example with the same mlContext.Transforms.NormalizeMeanVariance(\"{context.Roles.Features}\"); or lower {nameof(options.LearningRate)}, now {Rate:G3}.");
        }

        if (needsNormalization && context.Features.Unnormalized is var (problem, call))
        {
            return $"The likely cause: the features are unnormalised, {problem}. Train on mlContext.Transforms.{call}.{(context.Features.Mend is { } mend ? $" {mend}" : "")}";
        }

        if (!context.Features.Vary)
        {
            return $"No feature in '{context.Roles.Features}' varies, so that they tell nothing of the label: see that the column holds the features that are meant.";
        }

        if (baseline.IsConstant)
        {
            return isNetwork
                ? Text($"Its units are dead or saturated, which steps that are too long do: lower {nameof(options.LearningRate)}, now {Rate:G3}, for example to {Rate / 10:G3}, or take an activation that is flat nowhere, for example new LeakyReLU().")
                : Text($"All its weights are 0: lower {nameof(options.L1Regularization)}, now {options.L1Regularization:G3}, or train longer.");
        }

        bool oneEpoch = epochs.Count == 1;
        bool falls = !oneEpoch && best.Epoch == epochs[^1].Epoch && last < (1 - SmallestFall) * epochs[^2].TrainingLoss;
        if (!oneEpoch && (last > Risen * best.TrainingLoss || last > RisenAboveStart * epochs[0].TrainingLoss || (best.TrainingLoss > Risen * baseline.ConstantLoss && !falls)))
        {
            return Text($"The likely cause: a {nameof(options.LearningRate)} of {Rate:G3} is too high; its training loss was {best.TrainingLoss:G4} in epoch {best.Epoch} and is {last:G4} after {epochs.Count}. Lower it, for example to {Rate / 10:G3}.{Finder}");
        }

        return oneEpoch || falls
            ? Text($"The training was too short, with {epochs.Count:N0} epoch{(oneEpoch ? "" : "s")} at a {nameof(options.LearningRate)} of {Rate:G3}, or the features tell nothing of the label: raise {nameof(options.NumberOfEpochs)}.{Finder}")
            : Text($"After {epochs.Count:N0} epochs its training loss no longer falls: the features tell nothing of the label, or a {nameof(options.LearningRate)} of {Rate:G3} does not suit.{Finder}");
    }

    private string Finder => isNetwork ? " The trainer's FindLearningRate(data) looks for one that suits." : "";

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
