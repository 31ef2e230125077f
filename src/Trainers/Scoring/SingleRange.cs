using System.Globalization;
using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers;

/// <summary>What a Single holds. A model may fit its labels, each of its numbers be one, and what they add up to none: a fit looks at the scores of its training rows.</summary>
internal static class SingleRange
{
    /// <summary>The largest sum that is safe: rounding on the way to it needs some room.</summary>
    public const double Largest = 0.99 * float.MaxValue;

    /// <summary>Labels that are larger are why a model's numbers are beyond <see cref="Largest"/>; smaller ones leave weights and sums room enough.</summary>
    public const double LargestUsualLabel = float.MaxValue / 1e4;

    /// <summary>The largest magnitude of the labels.</summary>
    public static double LargestLabel(IRowSource<float> labels)
    {
        var row = new float[labels.Width];
        Span<int> index = stackalloc int[1];
        float largest = 0;
        for (int i = 0; i < labels.Count; i++)
        {
            index[0] = i;
            labels.Read(index, row);
            foreach (float label in row)
            {
                largest = Math.Max(largest, Math.Abs(label));
            }
        }

        return largest;
    }

    /// <summary>The error of labels that no model in Single numbers can predict.</summary>
    /// <param name="roles">The columns.</param>
    /// <param name="what">What is beyond a Single, for example "a weight is 4E+38".</param>
    /// <param name="label">The largest label.</param>
    public static InvalidOperationException LabelsTooLarge(TrainingRoles roles, string what, double label) => new(string.Create(
        CultureInfo.InvariantCulture,
        $"{roles.Trainer}: the labels in '{roles.Label}' are as large as {label:G3}: {what}, beyond the {float.MaxValue:G3} that the Single numbers of a model hold. Give the labels in a larger unit, for example divided by 1E+30."));
}
