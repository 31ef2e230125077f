using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers;

/// <summary>The RMSE of standardised labels, told in the label's own unit.</summary>
internal sealed record LabelRootMeanSquaredError(double Deviation) : Metric
{
    private readonly RootMeanSquaredError _inner = new();

    public override string Name => _inner.Name;

    public override bool HigherIsBetter => _inner.HigherIsBetter;

    public override double Measure<T>(IBackend<T> backend, in LossPass<T> pass) => _inner.Measure(backend, pass);

    public override double Finish(double total, double weight, int columns) => Deviation * _inner.Finish(total, weight, columns);
}
