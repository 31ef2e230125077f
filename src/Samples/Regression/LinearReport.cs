using MLNet.GradientTrainers.Kernels;
using MLNet.GradientTrainers.Samples.CommandLine;
using MLNet.GradientTrainers.Samples.Figures;
using MLNet.GradientTrainers.Samples.Output;
using MLNet.GradientTrainers.Samples.Tabular;

namespace MLNet.GradientTrainers.Samples.Regression;

/// <summary>What is shown of a linear model: tables and charts in the terminal, figures in files.</summary>
/// <param name="Run">The run.</param>
/// <param name="Fit">The fitted model.</param>
/// <param name="Model">It, in the units of the table.</param>
/// <param name="ShowsWeights">Whether the table of epochs shows the weights.</param>
internal sealed record LinearReport(SampleRun Run, LinearFit Fit, LinearModel Model, bool ShowsWeights)
{
    /// <summary>The weight of the past in a smoothed loss.</summary>
    private const double Beta = 0.8;

    /// <summary>Weights that are printed.</summary>
    public const int MostWeights = 20;

    private const string TerminalData = "grey";
    private const string TerminalModel = "darkorange";
    private const string TerminalLoss = "dodgerblue1";

    private RegressionTable Table => Fit.Table;

    private (double X, double Y)[] Loss => [.. Fit.Result.History.Epochs.Select(epoch => ((double)epoch.Epoch, epoch.TrainingLoss))];

    /// <summary>The epochs 1, 2, 5, 10, 20, 50, … and the last one.</summary>
    public void PrintEpochs()
    {
        var epochs = Fit.Result.History.Epochs;
        var table = ShowsWeights ? new TextTable("epoch", "loss", "w") : new TextTable("epoch", "loss", "root mean squared error");
        foreach (EpochRecord epoch in epochs.Where(epoch => Format.IsRound(epoch.Epoch) || epoch.Epoch == epochs.Count))
        {
            string last = ShowsWeights ? Format.Text($"{Fit.Result.Path[epoch.Epoch].Weights[0]}") : Format.Number(epoch.TrainingMetric);
            table.Add(Format.Text($"{epoch.Epoch:N0}"), Format.Number(epoch.TrainingLoss), last);
        }

        table.Print(Run.Terminal);
    }

    /// <summary>The loss, and the model over the data.</summary>
    public void PrintCharts()
    {
        Terminal terminal = Run.Terminal;
        bool logarithmic = LineChart.IsWide(Loss);
        terminal.Heading(logarithmic ? "Loss, on a logarithmic axis" : "Loss");
        terminal.Lines(BrailleChart.Lines([new Series("", Loss, TerminalLoss)], "epochs", terminal.Width, logarithmicY: logarithmic));
        if (Table.Width == 1)
        {
            terminal.Heading("Fit");
            terminal.Chart(Table.FeatureNames[0], LineOverPoints(TerminalData, TerminalModel));
        }
        else
        {
            terminal.Heading("Predictions");
            var points = Table.Labels.Zip(Fit.Predictions()).ToArray();
            terminal.Chart(Table.LabelName, new Series("prediction", points, TerminalData, SeriesStyle.Points), new Series("right", Diagonal(), TerminalModel));
        }
    }

    /// <summary>The weights, the bias and how good they are.</summary>
    public void PrintModel()
    {
        Terminal terminal = Run.Terminal;
        if (ShowsWeights)
        {
            terminal.Fact("w", Format.Text($"{Model.Weights[0]}"));
            return;
        }

        for (int j = 0; j < Math.Min(Table.Width, MostWeights); j++)
        {
            terminal.Fact(j == 0 ? "weights" : "", $"{Format.Number(Model.Weights[j])} · {Table.FeatureNames[j]}");
        }

        PrintRest(terminal, Table.Width);
        terminal.Fact("bias", Format.Number(Model.Bias));
        terminal.Fact("error", $"R² {RSquared(Table, Model)}, root mean squared {Format.Number(Math.Sqrt(Table.MeanSquaredError(row => Model.Predict(row))))}");
    }

    /// <summary>R² of a model as text.</summary>
    public static string RSquared(RegressionTable table, LinearModel model) =>
        table.RSquared(row => model.Predict(row)) is { } value ? Format.Text($"{value:0.0000}") : "not defined (all labels are the same)";

    /// <summary>How many weights are not printed.</summary>
    public static void PrintRest(Terminal terminal, int weights)
    {
        if (weights > MostWeights)
        {
            terminal.Fact("", Format.Text($"… and {weights - MostWeights:N0} more, which --json lists"));
        }
    }

    /// <summary>The loss over epochs; where it is noisy, its weighted mean over it.</summary>
    public void SaveLoss(string path, string subtitle, bool noisy)
    {
        var loss = Loss;
        var raw = new Series(noisy ? "each epoch" : "loss", Loss, noisy ? Theme.PaleBlue : Theme.Blue, noisy ? SeriesStyle.Thin : SeriesStyle.Line);
        Series[] series = noisy ? [raw, new Series("weighted mean, β = 0.8", Smoothed(), Theme.Blue)] : [raw];
        // The mean lags behind a loss that falls to nothing, ever farther on a logarithmic axis.
        new LineChart("Loss over epochs", subtitle, "epoch", "mean squared error", series) { LogarithmicY = !noisy || loss[^1].Y > 1e-6 * loss[0].Y }.Save(path);
    }

    /// <summary>The line over the points; of several columns, predictions over labels.</summary>
    public void SaveFit(string path, string subtitle)
    {
        var chart = Table.Width == 1
            ? new LineChart("The line over the points", subtitle, Table.FeatureNames[0], Table.LabelName, LineOverPoints(Theme.Blue, Theme.Orange))
            : new LineChart("Predictions over labels", subtitle, Table.LabelName, "prediction", [
                new Series("rows", [.. Table.Labels.Zip(Fit.Predictions())], Theme.Blue, SeriesStyle.Points), new Series("prediction = label", Diagonal(), Theme.Orange)]);
        chart.Save(path);
    }

    /// <summary>The loss as a function of the one weight, and the steps on it.</summary>
    public void SaveDescent(string path, string subtitle)
    {
        double[] weights = [.. Fit.Result.Path.Select(model => model.Weights[0])];
        double low = Math.Min(weights.Min(), 0);
        double high = Math.Max(weights.Max() * 1.5, weights.Max() + 1);
        double Height(double w) => Table.MeanSquaredError(x => w * x[0]);
        new LineChart("The steps on the loss", subtitle, "w", "mean squared error", [
            new Series("loss", [.. Enumerable.Range(0, 201).Select(i => low + ((high - low) * i / 200)).Select(w => (w, Height(w)))], Theme.Axis),
            new Series("w after each epoch", [.. weights.Select(w => (w, Height(w)))], Theme.Orange, SeriesStyle.Dots)]).Save(path);
    }

    private (double X, double Y)[] Smoothed() => [.. Loss.Zip(CurveSmoothing.Exponential([.. Loss.Select(p => p.Y)], Beta), (p, y) => (p.X, y))];


    /// <summary>Many points lie under the line, few ones on it.</summary>
    private Series[] LineOverPoints(string data, string model)
    {
        var points = new Series(Table.LabelName, Table.Points(), data, SeriesStyle.Points);
        var line = new Series("model", Line(), model);
        return Table.Count > 30 ? [points, line] : [line, points];
    }

    private (double X, double Y)[] Line()
    {
        double left = Table.Features.Min(row => row[0]);
        double right = Table.Features.Max(row => row[0]);
        return [(left, Model.Predict([left])), (right, Model.Predict([right]))];
    }

    private (double X, double Y)[] Diagonal() => [(Table.Labels.Min(), Table.Labels.Min()), (Table.Labels.Max(), Table.Labels.Max())];
}
