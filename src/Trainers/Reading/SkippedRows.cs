using System.Globalization;

namespace MLNet.GradientTrainers;

/// <summary>The rows that can't be used, counted by reason.</summary>
internal sealed class SkippedRows(TrainingRoles roles, LabelRows labels)
{
    public long Features { get; set; }

    public long Labels { get; set; }

    public long Weights { get; set; }

    public long Count => Features + Labels + Weights;

    /// <summary>How many for which reason.</summary>
    public override string ToString() => Join(", ", (Features, $"with NaN or infinite values in '{roles.Features}'"), (Labels, $"{labels.Problem} in '{roles.Label}'"), (Weights, $"with a NaN or infinite weight in '{roles.Weight}'"));

    /// <summary>What to do where no row is left.</summary>
    public string Mend => string.Join(" ", new[]
    {
        Features > 0 ? $"Replace missing features with mlContext.Transforms.ReplaceMissingValues(\"{roles.Features}\"); infinite ones come from a division or a logarithm before." : null,
        Labels > 0 ? labels.Mend(roles.Label) : null,
        Weights > 0 ? $"See that '{roles.Weight}' is the column meant, or set exampleWeightColumnName to null." : null,
    }.OfType<string>());

    private static string Join(string separator, params (long Count, string What)[] reasons) =>
        string.Join(separator, reasons.Where(reason => reason.Count > 0).Select(reason => string.Create(CultureInfo.InvariantCulture, $"{reason.Count:N0} {reason.What}")));
}
