using System.Text.Json.Nodes;
using MLNet.GradientTrainers.Kernels;
using MLNet.GradientTrainers.Samples.CommandLine;
using MLNet.GradientTrainers.Samples.Figures;
using MLNet.GradientTrainers.Samples.Output;
using MLNet.GradientTrainers.Samples.Tabular;

namespace MLNet.GradientTrainers.Samples.Regression;

/// <summary>What is shown of a descent beside the closed form.</summary>
/// <param name="Run">The run.</param>
/// <param name="Table">The rows.</param>
/// <param name="Result">The descent, with its path.</param>
/// <param name="Closed">The closed form; null where there is none.</param>
internal sealed record LinearCsvReport(SampleRun Run, RegressionTable Table, LinearResult Result, LinearModel? Closed)
{
    /// <summary>An error that is no larger part of another is taken for none beside it.</summary>
    private const double Negligible = 1e-6;

    private double[] Errors { get; } = [.. Result.Path.Select(model => Table.MeanSquaredError(x => model.Predict(x)))];

    /// <summary>The steps 0, 1, 2, 5, 10, … and the last one.</summary>
    public void PrintSteps()
    {
        var table = new TextTable(["step", "mean squared error", "b", .. Table.Width == 1 ? ["w"] : Array.Empty<string>()]);
        for (int step = 0; step < Errors.Length; step++)
        {
            if (step == 0 || step == Errors.Length - 1 || Format.IsRound(step))
            {
                LinearModel model = Result.Path[step];
                table.Add([Format.Text($"{step:N0}"), Format.Number(Errors[step], 10), Cell(model.Bias), .. Table.Width == 1 ? [Cell(model.Weights[0])] : Array.Empty<string>()]);
            }
        }

        table.Print(Run.Terminal);
        static string Cell(double value) => Format.Text($"{value:0.0000000000}");
    }

    /// <summary>The error over steps, and the line over the points or predictions over labels.</summary>
    public void PrintCharts()
    {
        Terminal terminal = Run.Terminal;
        terminal.Heading("Mean squared error, both axes logarithmic");
        terminal.Lines(BrailleChart.Lines([new Series("", Steps(), "dodgerblue1")], "steps", terminal.Width, logarithmicX: true, logarithmicY: true));
        terminal.Heading(Table.Width == 1 ? "Fit" : "Predictions");
        terminal.Chart(Table.Width == 1 ? Table.FeatureNames[0] : Table.LabelName, [.. Fit("grey", "darkorange", "dodgerblue1")]);
    }

    /// <summary>The models side by side.</summary>
    public void PrintModels(params (string Name, LinearModel? Model)[] models)
    {
        var table = new TextTable(["", .. models.Select(m => m.Name)]) { Names = 1 };
        table.Add(["b", .. Cells(model => model.Bias)]);
        for (int j = 0; j < Math.Min(Table.Width, LinearReport.MostWeights); j++)
        {
            int feature = j;
            table.Add([Table.Width == 1 ? "w" : Table.FeatureNames[j], .. Cells(model => model.Weights[feature])]);
        }

        table.Add(["mean squared error", .. Cells(Error)]);
        table.Print(Run.Terminal);
        LinearReport.PrintRest(Run.Terminal, Table.Width);
        if (Closed is null)
        {
            Run.Terminal.Line("  There is no closed form: columns depend on each other, or never change.");
        }

        IEnumerable<string> Cells(Func<LinearModel, double> value) => models.Select(m => m.Model is null ? "–" : Format.Number(value(m.Model), 10));
    }

    /// <summary>How far the descent is from the closed form, where there is one.</summary>
    public void PrintDistance()
    {
        if (Closed is null)
        {
            return;
        }

        const string Advice = "try more --epochs, or gd --csv, which scales the columns";
        double error = Errors[^1];
        double least = Error(Closed);
        double more = error - least;
        double whole = Errors[0];
        Run.Terminal.Fact("still to go", (more <= Negligible * least || more <= Negligible * Negligible * whole, least <= Negligible * Negligible * whole, error < 2 * least) switch
        {
            (true, _, _) => $"nothing: the error is within {Format.Number(Math.Abs(more), 2)} of the closed form's",
            (_, true, _) => $"the error is {Format.Number(error, 4)} and the closed form has none; {Advice}",
            (_, _, true) => $"the error is {Format.Number(100 * more / least, 3)} % above the least possible; {Advice}",
            _ => $"the error is {Format.Number(error / least, 4)} times the least possible; {Advice}",
        });
    }

    /// <summary>The error over the steps.</summary>
    public void SaveLoss(string path, string subtitle)
    {
        var series = new List<Series> { new("descent", Steps(), Theme.Blue) };
        if (Closed is not null)
        {
            series.Add(new Series("closed form", [(1, Error(Closed)), (Math.Max(2, Errors.Length - 1), Error(Closed))], Theme.Orange, SeriesStyle.Dashed));
        }

        new LineChart("Error over the steps", subtitle, "step", "mean squared error", series) { LogarithmicX = true, LogarithmicY = true }.Save(path);
    }

    /// <summary>The line over the points; of several columns, predictions over labels.</summary>
    public void SaveFit(string path, string subtitle) => new LineChart(
        Table.Width == 1 ? "The line over the points" : "Predictions over labels",
        subtitle,
        Table.Width == 1 ? Table.FeatureNames[0] : Table.LabelName,
        Table.Width == 1 ? Table.LabelName : "prediction",
        Fit(Theme.PaleBlue, Theme.Blue, Theme.Orange)).Save(path);

    /// <summary>The error over w and b with the path of the descent.</summary>
    public void SaveSurface(string path, string subtitle)
    {
        var steps = Result.Path.Select(model => (X: model.Weights[0], Y: model.Bias)).ToArray();
        var solution = Closed is null ? steps[^1] : (X: Closed.Weights[0], Y: Closed.Bias);
        var all = steps.Append(solution).ToArray();
        var (left, right) = SurfaceChart.Around(all.Min(p => p.X), all.Max(p => p.X));
        var (bottom, top) = SurfaceChart.Around(all.Min(p => p.Y), all.Max(p => p.Y));
        new SurfaceChart(
            new ChartFrame("The descent on the surface of the error", subtitle, "w", "b"),
            "error",
            new LineSurface(Table).At,
            (left, right),
            (bottom, top),
            [
                new Series("", steps, Theme.Orange),
                new Series("steps 0, 1, 2, 5, …", [.. steps.Where((_, step) => step == 0 || Format.IsRound(step))], Theme.Orange, SeriesStyle.Points),
                new Series("end", [steps[^1]], Theme.Red, SeriesStyle.Points),
                new Series("closed form", [solution], Theme.Green, SeriesStyle.Points),
            ]).Save(path);
    }

    /// <summary>Adds the figures.</summary>
    public void Add(JsonObject json)
    {
        json["initialError"] = Errors[0];
        json["b"] = Result.Model.Bias;
        json["w"] = Weights(Result.Model);
        json["error"] = Errors[^1];
        json["closedFormB"] = Closed?.Bias;
        json["closedFormW"] = Closed is null ? null : Weights(Closed);
        json["closedFormError"] = Closed is null ? null : Error(Closed);
    }

    private static JsonNode Weights(LinearModel model) => model.Weights.Length == 1 ? model.Weights[0] : Format.Array(model.Weights.ToArray());

    private double Error(LinearModel model) => Table.MeanSquaredError(x => model.Predict(x));

    private (double X, double Y)[] Steps() => [.. Errors.Select((error, step) => ((double)step, error)).Skip(1)];

    private List<Series> Fit(string data, string descent, string closed)
    {
        if (Table.Width > 1)
        {
            double low = Table.Labels.Min();
            double high = Table.Labels.Max();
            return
            [
                new Series("rows", [.. Table.Labels.Zip(Table.Features, (y, row) => (y, Result.Model.Predict(row)))], data, SeriesStyle.Points),
                new Series("prediction = label", [(low, low), (high, high)], closed),
            ];
        }

        var series = new List<Series> { new("data", Table.Points(), data, SeriesStyle.Points), new("descent", Line(Result.Model), descent) };
        if (Closed is not null)
        {
            series.Add(new Series("closed form", Line(Closed), closed, SeriesStyle.Dashed));
        }

        return series;
    }

    private (double X, double Y)[] Line(LinearModel model)
    {
        double left = Table.Features.Min(row => row[0]);
        double right = Table.Features.Max(row => row[0]);
        return [(left, model.Predict([left])), (right, model.Predict([right]))];
    }
}
