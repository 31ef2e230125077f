using Microsoft.ML;
using MLNet.GradientTrainers.Samples.CommandLine;
using MLNet.GradientTrainers.Samples.Regression;
using MLNet.GradientTrainers.Samples.Tabular;

namespace MLNet.GradientTrainers.Samples.Samples;

/// <summary>Stochastic gradient descent: a step for each row. The sample's own points come in order, rows of a file in a new order each epoch.</summary>
internal sealed class SgdSample : LinearTrainingSample
{
    public override string Name => "sgd";

    public override string Summary => "Stochastic gradient descent: a step for each of three points, or for each row of your own CSV file.";

    protected override string Title => "Stochastic gradient descent";

    protected override double FileRate => 0.001;

    protected override bool IsNoisy(RegressionTable table) => table != RegressionTable.ThreePoints;

    protected override int StepsAnEpoch(SampleRun run, RegressionTable table) => table.Count;

    protected override string Steps(SampleRun run, RegressionTable table) => "one row a step";

    protected override LinearTrainer Trainer(MLContext mlContext, SampleRun run, RegressionTable table, Action<LinearTrainerOptions> set)
    {
        var options = new SgdTrainer.Options { Shuffle = IsNoisy(table) };
        set(options);
        return mlContext.Regression.Trainers.Sgd(options);
    }
}
