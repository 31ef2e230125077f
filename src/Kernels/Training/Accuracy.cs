namespace MLNet.GradientTrainers.Kernels;

/// <summary>The share of rows whose largest output is the wanted class, by their weights, in [0, 1].</summary>
public sealed record Accuracy : Metric
{
    /// <inheritdoc/>
    public override string Name => "accuracy";

    /// <inheritdoc/>
    public override bool HigherIsBetter => true;

    /// <inheritdoc/>
    public override void Measure<T>(IBackend<T> backend, in LossPass<T> pass, Totals totals, int index)
    {
        backend.Matches(pass.Prediction, pass.Target, pass.Weights, pass.RowLosses, pass.Rows, pass.Columns);
        backend.Sum(pass.RowLosses, totals, index);
    }

    /// <inheritdoc/>
    public override double Finish(double total, double weight, int columns) => total / weight;
}
