namespace MLNet.GradientTrainers.Kernels;

/// <summary>√(mean over rows and outputs of (prediction − target)²), in the unit of the targets.</summary>
public sealed record RootMeanSquaredError : Metric
{
    /// <inheritdoc/>
    public override string Name => "RMSE";

    /// <inheritdoc/>
    public override bool HigherIsBetter => false;

    /// <inheritdoc/>
    public override double Measure<T>(IBackend<T> backend, in LossPass<T> pass)
    {
        backend.ElementLoss(default(MeanSquaredErrorRule), pass with { Weights = default, Gradient = default });
        return backend.Sum(pass.RowLosses);
    }

    /// <inheritdoc/>
    public override double Finish(double total, long rows, int columns) => Math.Sqrt(total / ((double)rows * columns));
}
