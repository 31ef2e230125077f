namespace MLNet.GradientTrainers.Kernels;

/// <summary>√(weighted mean over rows and outputs of (prediction − target)²), in the unit of the targets.</summary>
public sealed record RootMeanSquaredError : Metric
{
    /// <summary>True when the outputs are logarithms of the predictions, as for <see cref="OutputLink.Exponential"/>.</summary>
    public bool Exponential { get; init; }

    /// <inheritdoc/>
    public override string Name => "RMSE";

    /// <inheritdoc/>
    public override bool HigherIsBetter => false;

    /// <inheritdoc/>
    public override void Measure<T>(IBackend<T> backend, in LossPass<T> pass, Totals totals, int index)
    {
        LossPass<T> plain = pass with { Gradient = default };
        if (Exponential)
        {
            backend.ElementLoss(default(LogarithmRule), plain);
        }
        else
        {
            backend.ElementLoss(default(MeanSquaredErrorRule), plain);
        }

        backend.Sum(pass.RowLosses, totals, index);
    }

    /// <inheritdoc/>
    public override double Finish(double total, double weight, int columns) => Math.Sqrt(total / (weight * columns));

    /// <summary>Squared error of a prediction that is given by its logarithm.</summary>
    internal readonly struct LogarithmRule : ILossRule
    {
        public TLane Value<TLane>(TLane prediction, TLane target)
            where TLane : struct, ILane<TLane> =>
            default(MeanSquaredErrorRule).Value(TLane.Exp(prediction), target);

        public TLane Derivative<TLane>(TLane prediction, TLane target)
            where TLane : struct, ILane<TLane> =>
            default(MeanSquaredErrorRule).Derivative(TLane.Exp(prediction), target) * TLane.Exp(prediction);
    }
}
