using Microsoft.ML;
using MLNet.GradientTrainers.Samples.CommandLine;
using MLNet.GradientTrainers.Samples.Regression;
using MLNet.GradientTrainers.Samples.Tabular;

namespace MLNet.GradientTrainers.Samples.Samples;

/// <summary>Gradient descent: each step sees all rows.</summary>
internal sealed class GradientDescentSample : LinearTrainingSample
{
    public override string Name => "gd";

    public override string Summary => "Gradient descent: learn one weight from three points, or a line from your own CSV file.";

    protected override string Title => "Gradient descent";

    protected override double FileRate => 0.1;

    protected override int StepsAnEpoch(SampleRun run, RegressionTable table) => 1;

    protected override string Steps(SampleRun run, RegressionTable table) => "all rows a step";

    protected override LinearTrainer Trainer(MLContext mlContext, SampleRun run, RegressionTable table, Action<LinearTrainerOptions> set)
    {
        var options = new GradientDescentTrainer.Options();
        set(options);
        return mlContext.Regression.Trainers.GradientDescent(options);
    }
}
