using System.Globalization;

namespace MLNet.GradientTrainers.Benchmarks;

/// <summary>One contestant on one table: an object of the JSON file, and half a line of the terminal's table.</summary>
/// <param name="Table">The table's name.</param>
/// <param name="Rows">Its rows.</param>
/// <param name="Width">Its features.</param>
/// <param name="Measure">What the score is.</param>
/// <param name="Contestant">The contestant's name.</param>
/// <param name="Features">As they come, or normalised.</param>
/// <param name="Score">Mean over the splits; null if one of them has none, for a mean of the others would flatter.</param>
/// <param name="Seconds">Median of the seconds of a fit: the first one also compiles the code.</param>
/// <param name="Scores">Of each split.</param>
/// <param name="Error">Why there is no score.</param>
internal sealed record AccuracyResult(
    string Table, int Rows, int Width, string Measure, string Contestant, string Features, double? Score, double? Seconds, IReadOnlyList<double?> Scores, string? Error)
{
    public const string Raw = "raw";
    public const string Normalized = "normalised";

    public static string Header => $"{"",-18} {Raw,10} {"",9} {Normalized,12} {"",9}";

    public static AccuracyResult Of(AccuracyTable table, Contestant contestant, string features, IReadOnlyList<AccuracyFit> fits)
    {
        string? error = fits.FirstOrDefault(fit => fit.Score is null)?.Error;
        var seconds = fits.Where(fit => fit.Seconds is not null).Select(fit => fit.Seconds!.Value).ToList();
        return new(
            table.Name,
            table.Targets.Length,
            table.Width,
            table.Measure,
            contestant.Name,
            features,
            fits.Any(fit => fit.Score is null) ? null : fits.Average(fit => fit.Score),
            seconds.Count == 0 ? null : Runner.Median(seconds),
            [.. fits.Select(fit => fit.Score)],
            error);
    }

    /// <summary>The line of the terminal's table, with the errors under it.</summary>
    public static string ToRow(AccuracyResult raw, AccuracyResult normalized)
    {
        string line = $"{raw.Contestant,-18} {Figure(raw.Score),10} {Time(raw.Seconds),9} {Figure(normalized.Score),12} {Time(normalized.Seconds),9}";
        return string.Join('\n', (string[])[line, .. new[] { raw, normalized }.Where(result => result.Error is not null).Select(result => $"    {result.Features}: {result.Error}")]);
    }

    /// <summary>For each contestant that has all tables' scores their mean, raw and normalised.</summary>
    public static IEnumerable<string> Means(IReadOnlyList<AccuracyResult> results)
    {
        int tables = results.Select(result => result.Table).Distinct().Count();
        foreach (var contestant in results.GroupBy(result => result.Contestant))
        {
            double? Mean(string features)
            {
                double?[] scores = [.. contestant.Where(result => result.Features == features).Select(result => result.Score)];
                return scores.Length < tables || scores.Contains(null) ? null : scores.Average();
            }

            yield return $"{contestant.Key,-18} {Figure(Mean(Raw)),10} {"",9} {Figure(Mean(Normalized)),12}";
        }
    }

    private static string Figure(double? score) => score?.ToString("F3", CultureInfo.InvariantCulture) ?? "-";

    private static string Time(double? seconds) => seconds is { } s ? string.Create(CultureInfo.InvariantCulture, $"{s:F3} s") : "-";
}
