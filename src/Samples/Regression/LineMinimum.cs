using System.Text.Json.Nodes;
using MLNet.GradientTrainers.Kernels;
using MLNet.GradientTrainers.Samples.CommandLine;
using MLNet.GradientTrainers.Samples.Figures;
using MLNet.GradientTrainers.Samples.Output;
using MLNet.GradientTrainers.Samples.Tabular;

namespace MLNet.GradientTrainers.Samples.Regression;

/// <summary>
/// The minimum of f(w, b), the mean squared error of y = w·x + b over a table's rows, by <see cref="Minimizer"/> with an automatic gradient. Both columns are scaled for it, so
/// that one rate suits all units.
/// </summary>
internal sealed class LineMinimum
{
    /// <summary>The learning rate where the user asks for no other: each step takes a fifth of the way.</summary>
    public const double DefaultRate = 0.1;

    /// <summary>A height at 0 that is no larger part of the labels' mean comes from rounding.</summary>
    private const double Rounding = 1e-12;

    private readonly RegressionTable _table;
    private readonly ColumnScale _x;
    private readonly ColumnScale _y;
    private readonly double _rate;
    private readonly MinimizerResult _result;

    /// <summary>Descends from w = 0, b = 0.</summary>
    public LineMinimum(RegressionTable table, double rate, MinimizerOptions options)
    {
        (_table, _rate) = (table, rate);
        (_x, _y) = (ColumnScale.Of(table.Column()), ColumnScale.Of(table.Labels));
        double[] x = [.. table.Column().Select(_x.Scaled)];
        double[] y = [.. table.Labels.Select(_y.Scaled)];
        _result = Minimizer.Minimize(Error, [0, _y.Scaled(0)], new Sgd { LearningRate = rate }, options);

        Dual Error(ReadOnlySpan<Dual> line)
        {
            Dual sum = 0;
            for (int i = 0; i < x.Length; i++)
            {
                Dual error = (line[0] * x[i]) + line[1] - y[i];
                sum += error * error;
            }

            return sum / x.Length;
        }
    }

    /// <summary>Prints, draws and reports.</summary>
    public void Write(SampleRun run, string pathFigure, string stepsFigure)
    {
        Terminal terminal = run.Terminal;
        terminal.Heading("Minimise the error of a line");
        terminal.Fact("data", Format.Text($"{_table.Source}: {Format.Count(_table.Count, "row")}, {_table.LabelName} from {_table.FeatureNames[0]}, both scaled"));
        terminal.Fact("function", "f(w, b) = mean of (w·x + b − y)², gradient automatic");
        terminal.Fact("descent", Format.Text($"rate {Format.Number(_rate)}, from w = 0, b = 0"));

        terminal.Heading("Steps");
        var table = new TextTable("step", "w", "b", "f");
        foreach (MinimizerStep step in _result.History.Where(s => s.Step == 0 || s.Step == _result.Steps || Format.IsRound(s.Step)))
        {
            table.Add([Format.Text($"{step.Step:N0}"), .. Cells(Line(step.Point), InUnits(step.Value))]);
        }

        table.Print(terminal);
        terminal.Heading("Path");
        (double X, double Y)[] path = [.. _result.History.Select(step => (Line(step.Point).Weights[0], InUnits(step.Value)))];
        terminal.Chart("w", new Series("f on the path", path, "grey"), new Series("steps", path, "darkorange", SeriesStyle.Points));
        Draw(pathFigure, stepsFigure);

        terminal.Heading("Result");
        LinearModel line = Line(_result.Point);
        LinearModel? closed = LeastSquares.Solve(_table);
        var models = new TextTable("", "w", "b", "f") { Names = 1 };
        models.Add(["reached", .. Cells(line, InUnits(_result.Value))]);
        models.Add(["closed form", .. closed is null ? ["–", "–", "–"] : Cells(closed, _table.MeanSquaredError(x => closed.Predict(x)))]);
        models.Print(terminal);
        terminal.Fact("steps", Format.Text($"{_result.Steps:N0}; {(_result.Converged ? "the slope vanished" : "the slope is still")} ({_result.LargestGradient:0.0e0})"));
        terminal.Files("figures", pathFigure, stepsFigure);

        run.Result["x"] = Format.Array([line.Weights[0], line.Bias]);
        run.Result["f"] = InUnits(_result.Value);
        run.Result["steps"] = _result.Steps;
        run.Result["converged"] = _result.Converged;
        run.Result["closedForm"] = closed is null ? null : Format.Array([closed.Weights[0], closed.Bias]);
        run.Result["figures"] = new JsonArray(pathFigure, stepsFigure);
    }

    /// <summary>The line of a scaled point, in the table's units.</summary>
    private LinearModel Line(IReadOnlyList<double> point)
    {
        double w = point[0] * _y.Width / _x.Width;
        double b = _y.InUnits(point[1]) - (w * _x.Mean);

        // What is left of a difference of equal numbers is rounding.
        return new LinearModel([w], Math.Abs(b) > Rounding * Math.Abs(_y.Mean) ? b : 0);
    }

    /// <summary>A scaled error in the label's own unit, squared.</summary>
    private double InUnits(double error) => error * _y.Width * _y.Width;

    private static string[] Cells(LinearModel line, double error) => [Format.Number(line.Weights[0], 8), Format.Number(line.Bias, 8), Format.Number(error, 8)];

    private void Draw(string pathFigure, string stepsFigure)
    {
        // Over w and the height at the middle of the data, which do not depend on each other as w and b do.
        (double X, double Y)[] steps = [.. _result.History.Select(step => (step.Point[0] * _y.Width / _x.Width, _y.InUnits(step.Point[1])))];
        string subtitle = Format.Text($"{_table.Source} · rate {Format.Number(_rate)}, {Format.Count(_result.Steps, "step")}");
        new SurfaceChart(
            new ChartFrame("The descent on the error of a line", subtitle, "w", $"{_table.LabelName} at the mean of {_table.FeatureNames[0]}"),
            "f",
            new LineSurface(_table).AtHeight,
            SurfaceChart.Around(steps.Min(p => p.X), steps.Max(p => p.X)),
            SurfaceChart.Around(steps.Min(p => p.Y), steps.Max(p => p.Y)),
            [new Series("steps", steps, Theme.Orange, SeriesStyle.Dots), new Series("end", [steps[^1]], Theme.Red, SeriesStyle.Points)]).Save(pathFigure);
        new LineChart(
            "Slope over the steps", subtitle, "step", "largest derivative, scaled", [new Series("largest derivative", [.. _result.History.Select(step => ((double)step.Step, step.LargestGradient))], Theme.Blue)])
        { LogarithmicY = true }.Save(stepsFigure);
    }
}
