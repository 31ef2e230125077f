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
/// <param name="Auc">Mean area under the ROC curve; null where the table isn't binary, or there is no score.</param>
/// <param name="LogLoss">Mean log-loss in nats, as <see cref="BinaryLogLoss"/> has it; null as for <paramref name="Auc"/>.</param>
internal sealed record AccuracyResult(
    string Table, int Rows, int Width, string Measure, string Contestant, string Features, double? Score, double? Seconds, IReadOnlyList<double?> Scores, string? Error,
    double? Auc, double? LogLoss)
{
    public const string Raw = "raw";
    public const string Normalized = "normalised";

    /// <summary>The heading of the terminal's table.</summary>
    /// <param name="binary">Whether AUC and log-loss stand beside the scores.</param>
    public static string Header(bool binary)
    {
        string more = binary ? $" {"AUC",7} {"log-loss",9}" : "";
        return $"{"",-18} {Raw,10}{more} {"",9} {Normalized,12}{more}".TrimEnd();
    }

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
            Mean(fits.Select(fit => fit.Score)),
            seconds.Count == 0 ? null : Runner.Median(seconds),
            [.. fits.Select(fit => fit.Score)],
            error,
            Mean(fits.Select(fit => fit.Auc)),
            Mean(fits.Select(fit => fit.LogLoss)));
    }

    /// <summary>The line of the terminal's table, with the errors under it.</summary>
    /// <param name="raw">With raw features.</param>
    /// <param name="normalized">With normalised ones.</param>
    /// <param name="binary">As <see cref="Header"/> was told.</param>
    public static string ToRow(AccuracyResult raw, AccuracyResult normalized, bool binary)
    {
        string line = Line(raw, normalized, binary);
        return string.Join('\n', (string[])[line, .. new[] { raw, normalized }.Where(result => result.Error is not null).Select(result => $"    {result.Features}: {result.Error}")]);
    }

    /// <summary>For each contestant that has all tables' scores their means, raw and normalised.</summary>
    public static IEnumerable<string> Means(IReadOnlyList<AccuracyResult> results, bool binary)
    {
        int tables = results.Select(result => result.Table).Distinct().Count();
        foreach (var contestant in results.GroupBy(result => result.Contestant))
        {
            AccuracyResult MeanOf(string features)
            {
                AccuracyResult[] all = [.. contestant.Where(result => result.Features == features)];
                double? Over(Func<AccuracyResult, double?> figure) => all.Length < tables ? null : Mean(all.Select(figure));
                return all[0] with { Score = Over(result => result.Score), Auc = Over(result => result.Auc), LogLoss = Over(result => result.LogLoss), Seconds = null };
            }

            yield return Line(MeanOf(Raw), MeanOf(Normalized), binary);
        }
    }

    /// <summary>Null where one is missing.</summary>
    private static double? Mean(IEnumerable<double?> figures) => figures.Contains(null) ? null : figures.Average();

    private static string Line(AccuracyResult raw, AccuracyResult normalized, bool binary)
    {
        string More(AccuracyResult result) => binary ? $" {Figure(result.Auc),7} {Figure(result.LogLoss),9}" : "";
        return $"{raw.Contestant,-18} {Figure(raw.Score),10}{More(raw)} {Time(raw.Seconds),9} {Figure(normalized.Score),12}{More(normalized)} {Time(normalized.Seconds),9}".TrimEnd();
    }

    private static string Figure(double? score) => score?.ToString("F3", CultureInfo.InvariantCulture) ?? "-";

    private static string Time(double? seconds) => seconds is { } s ? string.Create(CultureInfo.InvariantCulture, $"{s:F3} s") : "";
}
