using System.CommandLine;
using System.Text.Json.Nodes;
using MLNet.GradientTrainers.Samples.CommandLine;
using MLNet.GradientTrainers.Samples.Curves;
using MLNet.GradientTrainers.Samples.Figures;
using MLNet.GradientTrainers.Samples.Output;

namespace MLNet.GradientTrainers.Samples.Samples;

/// <summary>Fits y = a + b·x + c·x² + d·x³ to sin x on 2,000 points of [−π, π], by three ways to descend.</summary>
internal sealed class SineSample : Sample
{
    private const int Points = 2000;

    /// <summary>The least-squares solution on these points. By symmetry a = c = 0; b and d solve two linear equations.</summary>
    private static readonly Cubic Optimum = new(0, 0.856740843, 0, -0.0933303890);

    private static readonly Dictionary<string, SineMethod> Methods = new()
    {
        ["manual"] = SineMethod.Manual,
        ["engine"] = SineMethod.Engine,
        ["rmsprop"] = SineMethod.RootMeanSquarePropagation,
    };

    private readonly Option<string> _method = SampleOptions.Choice("--method", "How to descend.", [.. Methods.Keys]);
    private readonly Option<int?> _epochs = SampleOptions.OptionalWholeNumber(
        "--epochs", $"Passes over the points. [default: {string.Join(", ", Methods.Select(m => $"{m.Value.DefaultEpochs} for {m.Key}"))}]", 1);

    private readonly Option<int> _seed = SampleOptions.WholeNumber("--seed", "Decides the start.", 0, 1);
    private readonly OutputFolder _output = new("Folder for figures.");

    public override string Name => "sine";

    public override string Summary => "Fit a cubic through a sine: the gradient by hand, by the engine, or with RMSprop.";

    public override IEnumerable<Option> Options => [_method, _epochs, _seed, _output.Option];

    public override Task RunAsync(SampleRun run)
    {
        SineMethod method = Methods[run.Value(_method)];
        int epochs = run.Value(_epochs) ?? method.DefaultEpochs;
        double[] x = [.. Enumerable.Range(0, Points).Select(i => Math.PI * ((2.0 * i / (Points - 1)) - 1))];
        double[] y = [.. x.Select(Math.Sin)];

        Terminal terminal = run.Terminal;
        terminal.Heading("A cubic through a sine");
        terminal.Fact("model", "y = a + b·x + c·x² + d·x³");
        terminal.Fact("data", Format.Text($"sin x on {Points:N0} points from −π to π"));
        terminal.Fact("gradient", method.Gradient);
        terminal.Fact("training", method.Step);
        terminal.Fact("epochs", Format.Text($"{epochs:N0}"));

        SineFit fit = method.Run(x, y, epochs, run.Value(_seed), run.CancellationToken);
        double sum = new CubicDescent(x, y).SumOfSquares(fit.Fit);

        terminal.Heading("Training");
        Table(fit, epochs).Print(terminal);
        terminal.Heading("Sum of squares over epochs, both on logarithmic axes");
        terminal.Lines(BrailleChart.Lines([new Series("", fit.Loss, "dodgerblue1")], "epochs", terminal.Width, logarithmicX: true, logarithmicY: true));
        terminal.Heading("Curves");
        terminal.Chart("", Curve("sin x", x, Math.Sin, "grey"), Curve("learned cubic", x, fit.Fit.At, "darkorange"));

        string fitPath = _output.File(run, "fit.svg");
        string lossPath = _output.File(run, "loss.svg");
        Draw(fit, x, sum, method, fitPath, lossPath);

        terminal.Heading("Result");
        terminal.Fact("learned", fit.Fit.ToString());
        terminal.Fact("least squares", Optimum.ToString());
        terminal.Fact("sum of squares", Format.Text($"{sum:0.000000}; least possible 8.817165"));
        terminal.Fact("still to go", Remaining(fit.Fit));
        terminal.Fact("time", Format.Text($"{fit.Seconds:0.000} s, {1e6 * fit.Seconds / epochs:0.00} µs an epoch"));
        terminal.Fact("figures", Terminal.Shown(fitPath));
        terminal.Fact("", Terminal.Shown(lossPath));

        run.Result["method"] = run.Value(_method);
        run.Result["epochs"] = epochs;
        run.Result["coefficients"] = Format.Array([fit.Fit.A, fit.Fit.B, fit.Fit.C, fit.Fit.D]);
        run.Result["sumOfSquares"] = sum;
        run.Result["microsecondsPerEpoch"] = 1e6 * fit.Seconds / epochs;
        run.Result["figures"] = new JsonArray(fitPath, lossPath);
        return Task.CompletedTask;
    }

    private static string Remaining(Cubic fit)
    {
        double distance = fit.Distance(Optimum);
        return distance < 1e-3 ? Format.Text($"nothing: all coefficients within {distance:0.0e0} of the solution") : Format.Text($"a coefficient is off by {distance:0.000}; try more --epochs");
    }

    private static TextTable Table(SineFit fit, int epochs)
    {
        bool Shown(double epoch) => epoch == 0 || epoch == epochs || (epoch >= 1 && Math.Log10(epoch) % 1 == 0);
        string Cell(double value) => Format.Text($"{Math.Round(value, 6) + 0.0:0.000000}");
        var loss = fit.Loss.Where(l => Shown(l.Epoch));
        if (fit.Path.Count == 0)
        {
            var losses = new TextTable("epoch", "sum of squares");
            foreach (var (epoch, sum) in loss)
            {
                losses.Add(Format.Text($"{epoch:N0}"), Format.Number(sum, 8));
            }

            return losses;
        }

        var table = new TextTable("epoch", "sum of squares", "a", "b", "c", "d");
        foreach (var ((epoch, sum), (_, cubic)) in loss.Zip(fit.Path.Where(p => Shown(p.Epoch))))
        {
            table.Add(Format.Text($"{epoch:N0}"), Format.Number(sum, 8), Cell(cubic.A), Cell(cubic.B), Cell(cubic.C), Cell(cubic.D));
        }

        return table;
    }

    private static void Draw(SineFit fit, double[] x, double sum, SineMethod method, string fitPath, string lossPath)
    {
        List<Series> curves = [Curve("sin x", x, Math.Sin, Theme.Axis), Curve("learned cubic", x, fit.Fit.At, Theme.Blue), Curve("least squares", x, Optimum.At, Theme.Orange) with { Style = SeriesStyle.Dashed }];
        new LineChart("A cubic through a sine", $"{fit.Fit} · sum of squares {Format.Number(sum, 7)}", "x", "y", curves).Save(fitPath);
        new LineChart("Sum of squares over epochs", $"{method.Gradient} · {method.Step}", "epoch", "sum of squares", [new Series("sum of squares", [.. fit.Loss.Where(l => l.Epoch > 0)], Theme.Blue)])
        {
            LogarithmicX = true,
            LogarithmicY = true,
        }.Save(lossPath);
    }

    private static Series Curve(string name, double[] x, Func<double, double> f, string color) => new(name, [.. x.Select(xi => (xi, f(xi)))], color);
}
