using System.Globalization;
using Microsoft.ML.Data;

namespace MLNet.GradientTrainers;

/// <summary>Makes a dense row of a feature vector.</summary>
internal static class FeatureRow
{
    public static void Copy(in VBuffer<float> row, Span<float> destination, ScoringBindings bindings)
    {
        if (row.Length != destination.Length)
        {
            throw new InvalidOperationException(string.Create(
                CultureInfo.InvariantCulture, $"A row's features '{bindings.Features.Name}' have {row.Length} values, but the model was trained on {destination.Length}."));
        }

        row.CopyTo(destination);
    }
}
