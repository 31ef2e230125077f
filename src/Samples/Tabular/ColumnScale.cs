namespace MLNet.GradientTrainers.Samples.Tabular;

/// <summary>What a column is scaled by to mean 0 and deviation 1.</summary>
/// <param name="Mean">The mean.</param>
/// <param name="Deviation">The standard deviation, over the number of rows; 0 where the column never changes.</param>
internal readonly record struct ColumnScale(double Mean, double Deviation)
{
    /// <summary>A deviation that is no larger part of the mean comes from rounding.</summary>
    private const double Rounding = 1e-12;

    /// <summary>The scale of a column.</summary>
    public static ColumnScale Of(IReadOnlyCollection<double> column)
    {
        double mean = column.Average();
        double deviation = Math.Sqrt(column.Average(value => (value - mean) * (value - mean)));
        return new ColumnScale(mean, deviation > Rounding * Math.Abs(mean) ? deviation : 0);
    }

    /// <summary>What is divided by: the deviation, or 1.</summary>
    public double Width => Deviation > 0 ? Deviation : 1;

    /// <summary>A value, scaled.</summary>
    public double Scaled(double value) => (value - Mean) / Width;

    /// <summary>A scaled value in the column's own unit.</summary>
    public double InUnits(double scaled) => Mean + (Width * scaled);
}
