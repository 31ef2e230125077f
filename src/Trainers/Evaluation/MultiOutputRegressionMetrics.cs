using System.Globalization;
using System.Text;

namespace MLNet.GradientTrainers;

/// <summary>How well a regression with several outputs predicts each of them. <see cref="ToString"/> gives a table.</summary>
public sealed class MultiOutputRegressionMetrics
{
    internal MultiOutputRegressionMetrics(IReadOnlyList<OutputMetrics> outputs, long rows, long skipped) => (Outputs, Rows, SkippedRows) = (outputs, rows, skipped);

    /// <summary>The metrics of each output, in the order of the scores.</summary>
    public IReadOnlyList<OutputMetrics> Outputs { get; }

    /// <summary>Rows that were evaluated.</summary>
    public long Rows { get; }

    /// <summary>Rows that were left out: with a NaN or infinite label, score or weight, or a weight of 0.</summary>
    public long SkippedRows { get; }

    /// <summary>The mean of the outputs' R², each counting the same: of those whose labels differ; NaN where there are none.</summary>
    public double MeanRSquared => Outputs.Select(output => output.RSquared).Where(value => !double.IsNaN(value)).DefaultIfEmpty(double.NaN).Average();

    /// <summary>The mean of the outputs' root mean squared errors, which says something where they have one unit.</summary>
    public double MeanRootMeanSquaredError => Outputs.Average(output => output.RootMeanSquaredError);

    /// <summary>The mean of the outputs' mean absolute errors, which says something where they have one unit.</summary>
    public double MeanAbsoluteError => Outputs.Average(output => output.MeanAbsoluteError);

    /// <summary>A line for each output, and one with the means.</summary>
    public override string ToString()
    {
        int width = Math.Max("output".Length, Outputs.Max(output => output.Name.Length));
        var text = new StringBuilder();
        text.AppendLine(CultureInfo.InvariantCulture, $"{"output".PadRight(width)} {"R²",9} {"RMSE",12} {"MAE",12}");
        foreach (var output in Outputs)
        {
            Line(output.Name, output.RSquared, output.RootMeanSquaredError, output.MeanAbsoluteError);
        }

        Line("mean", MeanRSquared, MeanRootMeanSquaredError, MeanAbsoluteError);
        return text.ToString().TrimEnd();

        void Line(string name, double squared, double root, double absolute) =>
            text.AppendLine(CultureInfo.InvariantCulture, $"{name.PadRight(width)} {squared,9:F4} {root,12:G5} {absolute,12:G5}");
    }
}
