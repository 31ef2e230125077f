namespace MLNet.GradientTrainers.Kernels;

/// <summary>
/// How a trained model compares with the best constant: the one output for all rows, whatever their features, whose loss over the training rows is lowest. For the squared error that is
/// their mean, for classes their frequencies.
/// </summary>
/// <param name="Rows">Rows that the two are compared on: all that the run measured, or a thousand or so of them.</param>
/// <param name="IsValidation">Whether they are validation rows; else training rows, as too few validation rows tell nothing.</param>
/// <param name="Loss">The model's loss over them. Nothing is dropped or changed at random.</param>
/// <param name="Metric">Its metric.</param>
/// <param name="ConstantLoss">The constant's loss over them.</param>
/// <param name="ConstantMetric">Its metric; for the accuracy the share of the most frequent class.</param>
/// <param name="IsConstant">Whether the model itself gives one output for rows that differ.</param>
/// <param name="IsNoBetter">
/// Whether nothing speaks for the model: its loss is as high or higher, on validation rows by more than chance, and its metric leaves more than three quarters of the errors; or it is a constant itself.
/// </param>
public sealed record BaselineComparison(
    int Rows, bool IsValidation, double Loss, double Metric, double ConstantLoss, double ConstantMetric, bool IsConstant, bool IsNoBetter)
{
    /// <summary>Fewer validation rows are worse or better by chance.</summary>
    internal const int FewestValidationRows = 8;

    internal const int MostRows = 1024;

    /// <summary>A loss that is lower by less, in parts of the constant's, is as high.</summary>
    private const double Tolerance = 1e-4;

    /// <summary>A metric that leaves fewer errors than this share of the constant's speaks for the model, whatever its loss: one that is too sure of itself may have a high one.</summary>
    private const double FewerErrors = 0.75;

    /// <summary>Validation rows must be worse by so many standard errors.</summary>
    private const double StandardErrors = 2;

    /// <summary>Compares what was measured row by row.</summary>
    internal static BaselineComparison Of(
        Loss loss, Metric metric, int columns, bool isValidation, in LossSums model, in LossSums constant, in PairedDifferences differences, bool isConstant)
    {
        BaselineComparison measured = new(
            differences.Count, isValidation, model.Loss(loss, columns), model.Metric(metric, columns), constant.Loss(loss, columns), constant.Metric(metric, columns), isConstant, false);
        double chance = isValidation ? StandardErrors * differences.StandardError : 0;
        bool isAsHigh = !(differences.Mean < chance - (Tolerance * Math.Abs(constant.LossPerWeight)));
        bool hasFewerErrors = metric.HigherIsBetter
            ? 1 - measured.Metric <= FewerErrors * (1 - measured.ConstantMetric)
            : measured.Metric <= FewerErrors * measured.ConstantMetric;
        return measured with { IsNoBetter = isConstant || (isAsHigh && !hasFewerErrors) };
    }
}

/// <summary>By how much the losses of one model lie above those of another, row by row.</summary>
internal struct PairedDifferences
{
    private double _sum;
    private double _squares;

    public int Count { get; private set; }

    public readonly double Mean => _sum / Count;

    /// <summary>The standard error of the mean.</summary>
    public readonly double StandardError => Math.Sqrt(Math.Max(0, (_squares / Count) - (Mean * Mean)) / Math.Max(1, Count - 1));

    public void Add(double loss, double other)
    {
        Count++;
        double difference = loss - other;
        _sum += difference;
        _squares += difference * difference;
    }
}
