using MLNet.GradientTrainers.Kernels;
using MLNet.GradientTrainers.Samples.CommandLine;
using MLNet.GradientTrainers.Samples.Output;
using MLNet.GradientTrainers.Samples.Regression;
using MLNet.GradientTrainers.Samples.Tabular;

namespace MLNet.GradientTrainers.Samples.Curves;

/// <summary>
/// The points that a cubic is fitted to. The sine is taken as it is; columns of a file are scaled to mean 0 and deviation 1 for the descent, whatever their units.
/// </summary>
internal sealed class CubicData
{
    private const int SinePoints = 2000;
    private const double SineRate = 1e-6;

    private readonly ColumnScale _x = new(0, 1);
    private readonly ColumnScale _y = new(0, 1);

    private CubicData(RegressionTable table, bool scaled)
    {
        Table = table;
        if (scaled)
        {
            (_x, _y) = (ColumnScale.Of(table.Column()), ColumnScale.Of(table.Labels));
        }

        X = [.. table.Column().Select(_x.Scaled)];
        Y = [.. table.Labels.Select(_y.Scaled)];
        IsSine = !scaled;

        // A descent is stable up to 1 / (largest eigenvalue of Σ of the products of 1, x, x², x³); their trace is larger.
        Rate = scaled ? 0.5 / X.Sum(v => 1 + (v * v) + (v * v * v * v) + (v * v * v * v * v * v)) : SineRate;
    }

    /// <summary>sin x on 2,000 points of [−π, π]. By symmetry a = c = 0 in its solution; b and d solve two linear equations.</summary>
    public static CubicData Sine()
    {
        double[] x = [.. Enumerable.Range(0, SinePoints).Select(i => Math.PI * ((2.0 * i / (SinePoints - 1)) - 1))];
        var table = new RegressionTable("sin x", ["x"], "sin x", [.. x.Select(value => new[] { value })], [.. x.Select(Math.Sin)]);
        return new CubicData(table, scaled: false) { Optimum = new Cubic(0, 0.856740843, 0, -0.0933303890) };
    }

    /// <summary>The rows of a table with one feature.</summary>
    /// <exception cref="SampleException">The feature has too few values for a cubic.</exception>
    public static CubicData Of(RegressionTable table)
    {
        var data = new CubicData(table, scaled: true);
        var powers = table with { FeatureNames = ["x", "x²", "x³"], Features = [.. data.X.Select(x => new[] { x, x * x, x * x * x })], Labels = data.Y };
        if (LeastSquares.Solve(powers) is not { } solution)
        {
            int values = table.Column().Distinct().Count();
            throw new SampleException(Format.Text(
                $"A cubic needs four different values of '{table.FeatureNames[0]}', not too close together, but the file has {values}. Add rows, or choose another column with --features."));
        }

        data.Optimum = new Cubic(solution.Bias, solution.Weights[0], solution.Weights[1], solution.Weights[2]);
        return data;
    }

    /// <summary>The points in their own units.</summary>
    public RegressionTable Table { get; }

    /// <summary>Whether they are those of the sine.</summary>
    public bool IsSine { get; }

    /// <summary>x, scaled.</summary>
    public double[] X { get; }

    /// <summary>y, scaled.</summary>
    public double[] Y { get; }

    /// <summary>The learning rate of a descent on the sum of squares.</summary>
    public double Rate { get; }

    /// <summary>The least-squares solution, scaled.</summary>
    public Cubic Optimum { get; private set; }

    /// <summary>A cubic in the points' own units.</summary>
    public Cubic InUnits(Cubic scaled) => IsSine ? scaled : scaled.Unscaled(_x.Mean, _x.Width, _y.Mean, _y.Width);

    /// <summary>A sum of squares in the label's own unit, squared.</summary>
    public double InUnits(double sumOfSquares) => sumOfSquares * _y.Width * _y.Width;

    /// <summary>A scaled cubic at an x in its own unit; more exact than the cubic in these units, whose terms cancel where all x are far from 0.</summary>
    public double At(Cubic scaled, double x) => _y.InUnits(scaled.At(_x.Scaled(x)));
}
