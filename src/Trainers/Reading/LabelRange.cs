using System.Globalization;
using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers;

/// <summary>
/// The numbers that mean something as labels. They are looked at while rows are read, so that a wrong one is told with its row as the user counts it: the engine sees rows without those that are skipped, in parts and
/// in another order.
/// </summary>
/// <param name="loss">What is minimised.</param>
/// <param name="isYesOrNo">Whether labels are 0 or 1, and nothing between.</param>
/// <param name="hasOtherLoss">Whether the trainer takes losses for other labels.</param>
internal sealed class LabelRange(Loss loss, bool isYesOrNo = false, bool hasOtherLoss = true)
{
    /// <summary>By how much a probability that was computed may exceed 1.</summary>
    private const double Rounding = 1e-6;

    private readonly double _lowest = loss.LowestTarget;
    private readonly double _highest = loss.HighestTarget + Rounding;

    /// <summary>Says what is wrong with a row's label, as what follows the row's number; null where nothing is.</summary>
    /// <param name="label">Its numbers, finite.</param>
    /// <param name="column">The label column.</param>
    public string? ProblemWith(ReadOnlySpan<float> label, string column)
    {
        for (int i = 0; i < label.Length; i++)
        {
            float value = label[i];
            if (isYesOrNo && value is not (0 or 1))
            {
                return $"has {Value(label, i, column)}; with {nameof(LabelWeights)} labels are 0 or 1. Leave the weights out, or round the labels.";
            }

            if (value < _lowest || value > _highest)
            {
                string range = double.IsPositiveInfinity(_highest) ? $"of at least {_lowest}" : double.IsNegativeInfinity(_lowest) ? $"of at most {loss.HighestTarget}" : $"from {_lowest} to {loss.HighestTarget}";
                return $"has {Value(label, i, column)}, but {loss.Name} takes labels {range}. Correct or remove such rows{(hasOtherLoss ? $", or take another loss, for example {nameof(MeanSquaredError)}" : "")}.";
            }
        }

        return null;
    }

    private static string Value(ReadOnlySpan<float> label, int i, string column)
    {
        string value = label[i].ToString(CultureInfo.InvariantCulture);
        return label.Length == 1 ? $"the label {value} in '{column}'" : $"{value} as value {i} (counted from 0) of its label in '{column}'";
    }
}
