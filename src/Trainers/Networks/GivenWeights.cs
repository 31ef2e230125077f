using System.Globalization;

namespace MLNet.GradientTrainers;

/// <summary>Weights that a user gives one by one, of classes or of labels.</summary>
internal static class GivenWeights
{
    /// <summary>The call that makes them.</summary>
    public static string Text(double[] weights) => $"Of({string.Join(", ", weights.Select(weight => weight.ToString(CultureInfo.InvariantCulture)))})";

    /// <summary>Throws when there are not so many as are wanted.</summary>
    /// <param name="weights">The weights.</param>
    /// <param name="wanted">How many.</param>
    /// <param name="option">The option that they are.</param>
    /// <param name="trainer">Whose option.</param>
    /// <param name="label">The label column.</param>
    /// <param name="what">What the label has so many of, and in which order they are weighed.</param>
    public static void CheckCount(double[] weights, int wanted, string option, string trainer, string label, string what)
    {
        if (weights.Length != wanted)
        {
            throw new ArgumentOutOfRangeException(
                option, string.Create(CultureInfo.InvariantCulture, $"{option} of {trainer} are {weights.Length} weights, but the label '{label}' has {wanted} {what}."));
        }
    }
}
