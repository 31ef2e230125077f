namespace MLNet.GradientTrainers.Kernels;

/// <summary>The share of rows whose largest output is the wanted class, in [0, 1].</summary>
public sealed record Accuracy : Metric
{
    /// <inheritdoc/>
    public override string Name => "accuracy";

    /// <inheritdoc/>
    public override bool HigherIsBetter => true;

    /// <inheritdoc/>
    public override double Measure<T>(IBackend<T> backend, in LossPass<T> pass) =>
        backend.CountMatches(pass.Prediction, pass.Target, pass.Rows, pass.Columns);

    /// <inheritdoc/>
    public override double Finish(double total, long rows, int columns) => total / rows;
}
