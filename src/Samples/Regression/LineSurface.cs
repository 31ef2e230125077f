using MLNet.GradientTrainers.Samples.Tabular;

namespace MLNet.GradientTrainers.Samples.Regression;

/// <summary>
/// The mean squared error of lines over a table's rows, as a surface to draw: with the height h of a line at the mean of x, it is Vyy − 2·w·Vxy + w²·Vxx + (h − ȳ)², so that a point
/// costs the same for any number of rows.
/// </summary>
internal sealed class LineSurface
{
    private readonly double _meanX;
    private readonly double _meanY;
    private readonly double _xx;
    private readonly double _xy;
    private readonly double _yy;

    /// <summary>Takes the variances of the feature and the label, and their covariance.</summary>
    public LineSurface(RegressionTable table)
    {
        double[] x = table.Column();
        (_meanX, _meanY) = (x.Average(), table.Labels.Average());
        _xx = x.Average(v => (v - _meanX) * (v - _meanX));
        _yy = table.Labels.Average(v => (v - _meanY) * (v - _meanY));
        _xy = x.Zip(table.Labels, (u, v) => (u - _meanX) * (v - _meanY)).Average();
    }

    /// <summary>The error of y = height + w·(x − mean of x).</summary>
    public double AtHeight(double w, double height) => _yy - (2 * w * _xy) + (w * w * _xx) + ((height - _meanY) * (height - _meanY));

    /// <summary>The error of y = w·x + b.</summary>
    public double At(double w, double b) => AtHeight(w, b + (w * _meanX));
}
