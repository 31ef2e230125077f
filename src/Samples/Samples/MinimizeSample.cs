using System.CommandLine;
using System.Text.Json.Nodes;
using MLNet.GradientTrainers.Kernels;
using MLNet.GradientTrainers.Samples.CommandLine;
using MLNet.GradientTrainers.Samples.Curves;
using MLNet.GradientTrainers.Samples.Figures;
using MLNet.GradientTrainers.Samples.Output;
using MLNet.GradientTrainers.Samples.Regression;
using MLNet.GradientTrainers.Samples.Tabular;

namespace MLNet.GradientTrainers.Samples.Samples;

/// <summary>
/// Minimises f(x) = x²·sin x from any start, its derivative derived automatically; then shows what becomes of descents near a saddle point. With a file, minimises the error of a
/// line over its rows.
/// </summary>
internal sealed class MinimizeSample : Sample
{
    private const double DefaultStart = 2.5;
    private const double DefaultRate = 0.01;

    private readonly TableArguments _table = new(features: "The column to predict from");
    private readonly Option<double?> _start = SampleOptions.OptionalNumber("--start", Format.Text($"Where to start. [default: {DefaultStart}; of a file's line w = 0, b = 0]"));
    private readonly Option<double?> _rate = SampleOptions.OptionalPositiveNumber(
        "--rate", Format.Text($"Learning rate. [default: {DefaultRate}; for a file, whose columns are scaled, {LineMinimum.DefaultRate}]"));

    private readonly Option<int> _steps = SampleOptions.WholeNumber("--steps", "Most steps; fewer where the derivative vanishes before.", 1, 10_000);

    public override string Name => "minimize";

    public override string Summary => "Minimise x²·sin x from any start, and watch descents near a saddle point; or the error of a line over your own CSV file.";

    public override OutputFolder Output { get; } = OutputFolder.Of("Folder for figures.", "path.svg", "steps.svg", "saddle.svg");

    public override IEnumerable<Option> Options => [.. _table.Options, _start, _rate, _steps, Output.Option];

    public override Task RunAsync(SampleRun run)
    {
        RegressionTable table = _table.Read(run, () => RegressionTable.ThreePoints, width: 1);
        if (_table.IsGiven(run))
        {
            MinimizeError(run, table);
            return Task.CompletedTask;
        }

        double start = run.Value(_start) ?? DefaultStart;
        double rate = run.Value(_rate) ?? DefaultRate;
        Terminal terminal = run.Terminal;
        terminal.Heading("Minimise a function");
        terminal.Fact("function", "f(x) = x²·sin x");
        terminal.Fact("derivative", Format.Text($"automatic: {Function(Dual.Variable(start)).Derivative:0.000000} at the start;"));
        terminal.Fact("", Format.Text($"by hand, 2x·sin x + x²·cos x: {Derivative(start):0.000000}"));
        terminal.Fact("descent", Format.Text($"xₖ₊₁ = xₖ − {rate}·f′(xₖ), from x = {start}"));

        MinimizerResult result = Blaming(() => Minimizer.Minimize(Function, start, new Sgd { LearningRate = rate }, Settings(run)));
        terminal.Heading("Steps");
        Table(result).Print(terminal);
        terminal.Heading("Path");
        (double X, double Y)[] path = [.. result.History.Select(step => (step.Point[0], step.Value))];
        Series curve = Curve(path, "grey");
        terminal.Chart("x", curve, new Series("steps", path, "darkorange", SeriesStyle.Points));

        IReadOnlyList<SaddleDescent> descents = SaddleDescent.All(run.CancellationToken);
        terminal.Heading("Near a saddle point");
        terminal.Fact("function", $"{SaddleDescent.Formula}; saddle (0, 0), minima (0, ±1)");
        terminal.Fact("descents", SaddleDescent.Setting);
        SaddleTable(descents).Print(terminal);

        string[] figures = [run.File("path.svg"), run.File("steps.svg"), run.File("saddle.svg")];
        string subtitle = Format.Text($"from x = {start}, rate {rate}, {Format.Count(result.Steps, "step")}");
        new LineChart("Descent on x²·sin x", subtitle, "x", "f(x)", [Curve(path, Theme.Axis), new Series("steps", path, Theme.Orange, SeriesStyle.Dots)]).Save(figures[0]);
        new LineChart("Slope over the steps", subtitle, "step", "|f′(x)|", [new Series("|f′(x)|", [.. result.History.Select(step => ((double)step.Step, step.LargestGradient))], Theme.Blue)]) { LogarithmicY = true }.Save(figures[1]);
        SaddleDescent.Draw(descents, figures[2]);

        terminal.Heading("Result");
        bool isMinimum = result.Converged && Bend(result.X) > 0;
        terminal.Fact(isMinimum ? "minimum" : "reached", Format.Text($"x = {result.X:0.0000000}, f = {result.Value:0.0000000}{(result.Converged && !isMinimum ? ", no minimum; start beside it" : "")}"));
        terminal.Fact("steps", Format.Text($"{result.Steps:N0}; {(result.Converged ? "the slope vanished" : "the slope is still")} ({result.LargestGradient:0.0e0})"));
        terminal.Files("figures", figures);

        run.Result["x"] = result.X;
        run.Result["f"] = result.Value;
        run.Result["steps"] = result.Steps;
        run.Result["converged"] = result.Converged;
        run.Result["saddle"] = new JsonObject(descents.Select(d => KeyValuePair.Create(d.Name, (JsonNode?)Format.Array(d.Result.Point))));
        run.Result["figures"] = new JsonArray([.. figures.Select(figure => JsonValue.Create(figure))]);
        return Task.CompletedTask;
    }

    private static Dual Function(Dual x) => x * x * Dual.Sin(x);

    private static double Derivative(double x) => (2 * x * Math.Sin(x)) + (x * x * Math.Cos(x));

    private void MinimizeError(SampleRun run, RegressionTable table)
    {
        if (run.Value(_start) is not null)
        {
            throw new SampleException("--start is for x²·sin x, but a file is given, whose line starts at w = 0, b = 0. Leave out --start or --csv.");
        }

        double rate = run.Value(_rate) ?? LineMinimum.DefaultRate;
        Blaming(() => new LineMinimum(table, rate, Settings(run))).Write(run, run.File("path.svg"), run.File("steps.svg"));
    }

    private MinimizerOptions Settings(SampleRun run) => new() { MaxSteps = run.Value(_steps), CancellationToken = run.CancellationToken };

    private static T Blaming<T>(Func<T> minimize)
    {
        try
        {
            return minimize();
        }
        catch (DivergenceException e) when (e.SuggestedLearningRate is { } rate)
        {
            throw new SampleException(Format.Text($"{e.Message} Here: --rate {rate:G2}"));
        }
    }

    private static TextTable Table(MinimizerResult result)
    {
        var table = new TextTable("step", "x", "f(x)", "|f′(x)|");
        foreach (MinimizerStep step in result.History.Where(s => s.Step == 0 || s.Step == result.Steps || Format.IsRound(s.Step)))
        {
            table.Add(Format.Text($"{step.Step:N0}"), Format.Text($"{step.Point[0]:0.00000000}"), Format.Text($"{step.Value:0.00000000}"), Format.Number(step.LargestGradient));
        }

        return table;
    }

    private static TextTable SaddleTable(IReadOnlyList<SaddleDescent> descents)
    {
        var table = new TextTable("", "x", "y", "f", "") { Names = 1 };
        foreach (SaddleDescent descent in descents)
        {
            var (x, y) = (descent.Result.Point[0], descent.Result.Point[1]);
            table.Add(descent.Name, Cell(x), Cell(y), Cell(descent.Result.Value), Math.Abs(y) > 0.5 ? "left it" : "stays there");
        }

        return table;
        static string Cell(double value) => Format.Text($"{Math.Round(value, 4) + 0.0:0.0000}");
    }

    /// <summary>f″, from the derivative on both sides.</summary>
    private static double Bend(double x) => (Function(Dual.Variable(x + 1e-4)).Derivative - Function(Dual.Variable(x - 1e-4)).Derivative) / 2e-4;

    /// <summary>The function round its path.</summary>
    private static Series Curve((double X, double Y)[] path, string color)
    {
        const int Points = 401;
        double left = path.Min(p => p.X);
        double right = path.Max(p => p.X);
        double margin = Math.Max(1.5, 0.4 * (right - left));
        return new Series("x²·sin x", [.. Enumerable.Range(0, Points).Select(i => left - margin + ((right - left + (2 * margin)) * i / (Points - 1))).Select(x => (x, x * x * Math.Sin(x)))], color);
    }
}
