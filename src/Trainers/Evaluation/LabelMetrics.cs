namespace MLNet.GradientTrainers;

/// <summary>How well one of several labels is told.</summary>
/// <param name="Name">The label's name: that of the score's or the label's slot, else its number, from 0.</param>
/// <param name="Positives">The weight of the rows that have it.</param>
/// <param name="Precision">The share of rows that have it among those that are told to; 0 where none is.</param>
/// <param name="Recall">The share of rows that are told to have it among those that do; 0 where none does.</param>
/// <param name="AveragePrecision">The mean of the precisions at the score of each row that has it; NaN where none does.</param>
public sealed record LabelMetrics(string Name, double Positives, double Precision, double Recall, double AveragePrecision)
{
    /// <summary>2 · precision · recall / (precision + recall); 0 where both are 0.</summary>
    public double F1Score => Precision + Recall == 0 ? 0 : 2 * Precision * Recall / (Precision + Recall);
}
