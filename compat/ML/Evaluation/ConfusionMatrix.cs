using System.Text;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Data;

/// <summary>Counts of true classes (rows) against predicted classes (columns).</summary>
public sealed class ConfusionMatrix
{
    private readonly string[] _names;

    /// <summary>Correct predictions of a class / predictions of it; 0 for a class never predicted.</summary>
    public IReadOnlyList<double> PerClassPrecision { get; }

    /// <summary>Correct predictions of a class / rows of it; 0 for a class without rows.</summary>
    public IReadOnlyList<double> PerClassRecall { get; }

    /// <summary>Counts[true class][predicted class].</summary>
    public IReadOnlyList<IReadOnlyList<double>> Counts { get; }

    /// <summary>Number of classes.</summary>
    public int NumberOfClasses => Counts.Count;

    internal ConfusionMatrix(double[][] counts, string[] names)
    {
        Counts = counts;
        _names = names;
        var classes = Enumerable.Range(0, counts.Length).ToArray();
        PerClassRecall = classes.Select(i => Share(counts[i][i], counts[i].Sum())).ToArray();
        PerClassPrecision = classes.Select(i => Share(counts[i][i], counts.Sum(row => row[i]))).ToArray();
    }

    /// <summary>The count of rows of one class predicted as another.</summary>
    public double GetCountForClassPair(int predictedClassIndicatorIndex, int actualClassIndicatorIndex)
    {
        CheckIndex(predictedClassIndicatorIndex, nameof(predictedClassIndicatorIndex));
        CheckIndex(actualClassIndicatorIndex, nameof(actualClassIndicatorIndex));
        return Counts[actualClassIndicatorIndex][predictedClassIndicatorIndex];
    }

    /// <summary>The table as text, with recall at the right and precision below.</summary>
    public string GetFormattedConfusionTable()
    {
        var cell = NumberOfClasses == 2 ? 8 : 5;
        var nameWidth = _names.Max(n => n.Length);
        // Names too long for a column head give way to the class index, which then stands before the name in the row too.
        var indexWidth = nameWidth > cell ? (NumberOfClasses - 1).ToString().Length : 0;
        var heads = indexWidth == 0 ? _names : _names.Select((_, i) => i.ToString()).ToArray();
        var rowHeads = indexWidth == 0 ? _names
            : _names.Select((name, i) => $"{i.ToString().PadLeft(indexWidth)}. {name.PadLeft(Math.Max(nameWidth, 7 - indexWidth))}").ToArray();
        var first = Math.Max("PREDICTED".Length, rowHeads.Max(h => h.Length));
        var rule = new string('=', NumberOfClasses * (NumberOfClasses > 2 ? 8 : 11));

        var text = new StringBuilder().AppendLine().AppendLine("Confusion table");
        text.Append(' ', first + 1).Append("||").AppendLine(rule);
        Row("PREDICTED".PadRight(first), heads.Select(h => " " + h.PadLeft(cell)), " Recall");
        text.Append("TRUTH".PadRight(first + 1)).Append("||").AppendLine(rule);
        for (var i = 0; i < NumberOfClasses; i++)
            Row(rowHeads[i].PadLeft(first), Counts[i].Select(c => " " + c.ToString("N0").PadLeft(cell)), $" {PerClassRecall[i],5:F4}");
        text.Append(' ', first + 1).Append("||").AppendLine(rule);
        Row("Precision".PadRight(first), PerClassPrecision.Select(p => p.ToString("N4").PadLeft(cell + 1)), "");
        return text.ToString();

        void Row(string head, IEnumerable<string> cells, string end)
            => text.Append(head).Append(" ||").AppendJoin("", cells.Select(c => c + " |")).AppendLine(end);
    }

    private static double Share(double part, double whole) => whole > 0 ? part / whole : 0;

    private void CheckIndex(int index, string name)
        => Contracts.CheckParam(index >= 0 && index < NumberOfClasses, name, "Invalid index. Should be non-negative, less than the number of classes.");
}
