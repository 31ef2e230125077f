using System.CommandLine;
using Microsoft.ML;
using MLNet.GradientTrainers.Samples.CommandLine;
using MLNet.GradientTrainers.Samples.Output;
using MLNet.GradientTrainers.Samples.Regression;
using MLNet.GradientTrainers.Samples.Tabular;

namespace MLNet.GradientTrainers.Samples.Samples;

/// <summary>Mini-batch descent: a step for some rows at a time, in a new order each epoch.</summary>
internal sealed class MiniBatchSample : LinearTrainingSample
{
    private const int OwnBatch = 2;
    private const int FileBatch = 16;

    private readonly Option<int?> _batch = SampleOptions.OptionalWholeNumber("--batch", $"Rows of a step. [default: {OwnBatch}; for a file {FileBatch}]", 1);

    public override string Name => "minibatch";

    public override string Summary => "Mini-batch descent: a step for some rows at a time, of three points or of your own CSV file.";

    protected override string Title => "Mini-batch gradient descent";

    protected override double FileRate => 0.01;

    protected override bool IsNoisy(RegressionTable table) => true;

    protected override IEnumerable<Option> MoreOptions => [_batch];

    protected override int StepsAnEpoch(SampleRun run, RegressionTable table) => (table.Count + Batch(run, table) - 1) / Batch(run, table);

    protected override string Steps(SampleRun run, RegressionTable table) => Format.Text($"{Format.Count(Batch(run, table), "row")} a step");

    protected override LinearTrainer Trainer(MLContext mlContext, SampleRun run, RegressionTable table, Action<LinearTrainerOptions> set)
    {
        var options = new MiniBatchSgdTrainer.Options { BatchSize = Batch(run, table) };
        set(options);
        return mlContext.Regression.Trainers.MiniBatchSgd(options);
    }

    private int Batch(SampleRun run, RegressionTable table) => run.Value(_batch) ?? (table == RegressionTable.ThreePoints ? OwnBatch : FileBatch);
}
