using System.Globalization;
using System.Text;

namespace MLNet.GradientTrainers;

/// <summary>How well several labels are told at once. <see cref="ToString"/> gives a table.</summary>
public sealed class MultiLabelMetrics
{
    internal MultiLabelMetrics(IReadOnlyList<LabelMetrics> labels, double microF1, double hammingLoss, double exactMatch, long rows, long skipped) =>
        (Labels, MicroF1, HammingLoss, ExactMatchRatio, Rows, SkippedRows) = (labels, microF1, hammingLoss, exactMatch, rows, skipped);

    /// <summary>The metrics of each label, in the order of the scores.</summary>
    public IReadOnlyList<LabelMetrics> Labels { get; }

    /// <summary>The F1 of all answers taken together.</summary>
    public double MicroF1 { get; }

    /// <summary>The mean of the labels' F1, each counting the same.</summary>
    public double MacroF1 => Labels.Average(label => label.F1Score);

    /// <summary>The share of answers that are wrong: 0 is perfect.</summary>
    public double HammingLoss { get; }

    /// <summary>The share of rows of which all answers are right.</summary>
    public double ExactMatchRatio { get; }

    /// <summary>The mean of the labels' average precisions, of those that a row has; NaN where there are none.</summary>
    public double MeanAveragePrecision => Labels.Select(label => label.AveragePrecision).Where(value => !double.IsNaN(value)).DefaultIfEmpty(double.NaN).Average();

    /// <summary>Rows that were evaluated.</summary>
    public long Rows { get; }

    /// <summary>Rows that were left out: with a NaN or infinite label or score.</summary>
    public long SkippedRows { get; }

    /// <summary>A line for each label, and the figures of all.</summary>
    public override string ToString()
    {
        int width = Math.Max("label".Length, Labels.Max(label => label.Name.Length));
        var text = new StringBuilder();
        text.AppendLine(CultureInfo.InvariantCulture, $"{"label".PadRight(width)} {"precision",10} {"recall",8} {"F1",8} {"AP",8} {"rows",8}");
        foreach (var label in Labels)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"{label.Name.PadRight(width)} {label.Precision,10:F3} {label.Recall,8:F3} {label.F1Score,8:F3} {label.AveragePrecision,8:F3} {label.Positives,8:G6}");
        }

        text.Append(CultureInfo.InvariantCulture, $"micro F1 {MicroF1:F3}, macro F1 {MacroF1:F3}, Hamming loss {HammingLoss:F3}, exact {ExactMatchRatio:F3}, mean average precision {MeanAveragePrecision:F3}");
        return text.ToString();
    }
}
