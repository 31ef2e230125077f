namespace MLNet.GradientTrainers.Kernels;

/// <summary>The share of outputs on the right side, in [0, 1]: a logit above 0 (a probability above ½) where the target is a yes, else not above 0.</summary>
/// <param name="YesAbove">What the target of a yes is above. Default: ½.</param>
public sealed record BinaryAccuracy(double YesAbove = 0.5) : Metric
{
    /// <inheritdoc/>
    public override string Name => "accuracy";

    /// <inheritdoc/>
    public override bool HigherIsBetter => true;

    /// <inheritdoc/>
    public override void Measure<T>(IBackend<T> backend, in LossPass<T> pass, Totals totals, int index)
    {
        backend.ElementLoss(new AgreementRule(YesAbove), pass with { Gradient = default });
        backend.Sum(pass.RowLosses, totals, index);
    }

    /// <inheritdoc/>
    public override double Finish(double total, double weight, int columns) => total / (weight * columns);

    /// <summary>1 where both are on the same side; flat, so its derivative is 0.</summary>
    internal readonly struct AgreementRule(double yesAbove) : ILossRule
    {
        public TLane Value<TLane>(TLane prediction, TLane target)
            where TLane : struct, ILane<TLane>
        {
            TLane zero = TLane.Create(0);
            TLane one = TLane.Create(1);
            TLane said = TLane.Select(TLane.GreaterThan(prediction, zero), one, zero);
            TLane wanted = TLane.Select(TLane.GreaterThan(target, TLane.Create(yesAbove)), one, zero);
            return one - TLane.Abs(said - wanted);
        }

        public TLane Derivative<TLane>(TLane prediction, TLane target)
            where TLane : struct, ILane<TLane> =>
            TLane.Create(0);
    }
}
