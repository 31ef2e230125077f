namespace MLNet.GradientTrainers.Kernels;

/// <summary>What the batches of a pass add up to, in double and in their order.</summary>
internal struct LossSums
{
    private double _loss;
    private double _weight;
    private double _metric;

    public void Add(double loss, double weight, double metric)
    {
        _loss += loss;
        _weight += weight;
        _metric += metric;
    }

    /// <summary>The loss of an average unit of weight, whatever the reduction.</summary>
    public readonly double LossPerWeight => _weight > 0 ? _loss / _weight : 0;

    public readonly double Loss(Loss loss, int columns) => Reduce(loss, _loss, _weight, columns);

    public readonly double Metric(Metric metric, int columns) => _weight > 0 ? metric.Finish(_metric, _weight, columns) : 0;

    /// <summary>Sum or mean, as the loss says; rows that all weigh 0 have the mean 0.</summary>
    public static double Reduce(Loss loss, double sum, double weight, int columns) =>
        loss.Reduction == Reduction.Sum ? sum : sum * Scale(loss, weight, columns);

    /// <summary>Factor that turns the gradient of a sum into that of the reduced loss.</summary>
    public static double Scale(Loss loss, double weight, int columns) =>
        loss.Reduction == Reduction.Sum ? 1 : weight > 0 ? 1 / loss.MeanDivisor(weight, columns) : 0;
}
