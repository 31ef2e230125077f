using System.Text.Json.Nodes;
using MLNet.GradientTrainers.Samples.CommandLine;
using MLNet.GradientTrainers.Samples.Figures;
using MLNet.GradientTrainers.Samples.Output;
using MLNet.GradientTrainers.Samples.Tabular;

namespace MLNet.GradientTrainers.Samples.Curves;

/// <summary>What is shown of a fitted cubic beside the least-squares solution, in the points' own units.</summary>
/// <param name="Run">The run.</param>
/// <param name="Data">The points.</param>
/// <param name="Fit">The fit.</param>
/// <param name="Epochs">Its epochs.</param>
internal sealed record SineReport(SampleRun Run, CubicData Data, SineFit Fit, int Epochs)
{
    private const int CurvePoints = 401;

    private RegressionTable Table => Data.Table;

    private Cubic Learned { get; } = Data.InUnits(Fit.Fit);

    private double SumOfSquares { get; } = Sum(Data, Fit.Fit);

    private (double X, double Y)[] Loss { get; } = [.. Fit.Loss.Select(l => (l.Epoch, Data.InUnits(l.SumOfSquares)))];

    /// <summary>The sum of squares, and the coefficients where they are known, after 0, 1, 10, 100, … epochs and the last one.</summary>
    public void PrintEpochs()
    {
        var loss = Loss.Where(l => Shown(l.X));
        if (Fit.Path.Count == 0)
        {
            var losses = new TextTable("epoch", "sum of squares");
            foreach (var (epoch, sum) in loss)
            {
                losses.Add(Format.Text($"{epoch:N0}"), Format.Number(sum, 8));
            }

            losses.Print(Run.Terminal);
            return;
        }

        var table = new TextTable("epoch", "sum of squares", "a", "b", "c", "d");
        foreach (var ((epoch, sum), (_, scaled)) in loss.Zip(Fit.Path.Where(p => Shown(p.Epoch))))
        {
            Cubic cubic = Data.InUnits(scaled);
            table.Add(Format.Text($"{epoch:N0}"), Format.Number(sum, 8), Number(cubic.A), Number(cubic.B), Number(cubic.C), Number(cubic.D));
        }

        table.Print(Run.Terminal);
        bool Shown(double epoch) => epoch == 0 || epoch == Epochs || (epoch >= 1 && Math.Log10(epoch) % 1 == 0);
    }

    /// <summary>The sum of squares over epochs, and the cubic over the points.</summary>
    public void PrintCharts()
    {
        Terminal terminal = Run.Terminal;
        terminal.Heading("Sum of squares over epochs, both on logarithmic axes");
        terminal.Lines(BrailleChart.Lines([new Series("", Loss, "dodgerblue1")], "epochs", terminal.Width, logarithmicX: true, logarithmicY: true));
        terminal.Heading("Curves");
        terminal.Chart(Table.FeatureNames[0], Points("grey"), Curve("learned cubic", Fit.Fit, "darkorange"));
    }

    /// <summary>What was learned beside what is to be learned.</summary>
    public void PrintResult()
    {
        Terminal terminal = Run.Terminal;
        terminal.Fact("learned", Learned.Formula(Number));
        terminal.Fact("least squares", Data.InUnits(Data.Optimum).Formula(Number));
        terminal.Fact("sum of squares", $"{Format.Number(SumOfSquares, 7)}; least possible {Format.Number(Sum(Data, Data.Optimum), 7)}");
        double distance = Fit.Fit.Distance(Data.Optimum);
        terminal.Fact("still to go", distance < 1e-3
            ? Format.Text($"nothing: {(Data.IsSine ? "all" : "scaled")} coefficients within {distance:0.0e0} of the solution")
            : Format.Text($"a {(Data.IsSine ? "" : "scaled ")}coefficient is off by {distance:0.000}; try more --epochs"));
        terminal.Fact("time", Format.Text($"{Fit.Seconds:0.000} s, {1e6 * Fit.Seconds / Epochs:0.00} µs an epoch"));
    }

    /// <summary>The cubic and the least-squares solution over the points.</summary>
    public void SaveFit(string path) => new LineChart(
        Data.IsSine ? "A cubic through a sine" : "A cubic through points",
        $"{Learned.Formula(Number)} · sum of squares {Format.Number(SumOfSquares, 7)}",
        Table.FeatureNames[0],
        Data.IsSine ? "y" : Table.LabelName,
        [Points(Data.IsSine ? Theme.Axis : Theme.PaleBlue), Curve("learned cubic", Fit.Fit, Theme.Blue), Curve("least squares", Data.Optimum, Theme.Orange) with { Style = SeriesStyle.Dashed }]).Save(path);

    /// <summary>The sum of squares over epochs.</summary>
    public void SaveLoss(string path, string subtitle) =>
        new LineChart("Sum of squares over epochs", subtitle, "epoch", "sum of squares", [new Series("sum of squares", [.. Loss.Where(l => l.X > 0)], Theme.Blue)])
        {
            LogarithmicX = true,
            LogarithmicY = true,
        }.Save(path);

    /// <summary>Adds the figures.</summary>
    public void Add(JsonObject json)
    {
        json["epochs"] = Epochs;
        json["coefficients"] = Array(Learned);
        json["sumOfSquares"] = SumOfSquares;
        json["leastSquares"] = Array(Data.InUnits(Data.Optimum));
        json["microsecondsPerEpoch"] = 1e6 * Fit.Seconds / Epochs;
    }

    private static double Sum(CubicData data, Cubic cubic) => data.InUnits(new CubicDescent(data.X, data.Y).SumOfSquares(cubic));

    private static JsonArray Array(Cubic cubic) => Format.Array([cubic.A, cubic.B, cubic.C, cubic.D]);

    /// <summary>A coefficient: of the sine's size, or of any.</summary>
    private string Number(double value) => Data.IsSine ? Format.Text($"{Math.Round(value, 6) + 0.0:0.000000}") : Format.Number(value, 5);

    private Series Points(string color) => new(Data.IsSine ? "sin x" : Table.LabelName, Table.Points(), color, Data.IsSine ? SeriesStyle.Line : SeriesStyle.Points);

    private Series Curve(string name, Cubic cubic, string color)
    {
        double left = Table.Features.Min(row => row[0]);
        double right = Table.Features.Max(row => row[0]);
        return new Series(name, [.. Enumerable.Range(0, CurvePoints).Select(i => left + ((right - left) * i / (CurvePoints - 1))).Select(x => (x, Data.At(cubic, x)))], color);
    }
}
