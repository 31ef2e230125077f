using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers;

/// <summary>The RMSE of standardised labels, told in the label's own unit.</summary>
internal sealed record LabelRootMeanSquaredError(double Deviation) : Metric
{
    private readonly RootMeanSquaredError _inner = new();

    public override string Name => _inner.Name;

    public override bool HigherIsBetter => _inner.HigherIsBetter;

    public override void Measure<T>(IBackend<T> backend, in LossPass<T> pass, Totals totals, int index) => _inner.Measure(backend, pass, totals, index);

    public override double Finish(double total, double weight, int columns) => Deviation * _inner.Finish(total, weight, columns);
}
