using Microsoft.ML;
using MLNet.GradientTrainers.Sweeps;

namespace MLNet.GradientTrainers.Benchmarks;

/// <summary>
/// A real table: the best of some trials beside the trainer's defaults, which are the first trial; a quarter of the rows is for testing; the others are validated as a sweep does by itself, and the
/// best is fitted again to all of them. Means over splits.
/// </summary>
internal static class SweepOfTable
{
    public static SweepFigure Measure(AccuracyTable table, int trials, int seeds)
    {
        double validation = 0, test = 0, epochs = 0, seconds = 0, ownValidation = 0, ownTest = 0;
        for (int seed = 0; seed < seeds; seed++)
        {
            var data = SplitData.Make(table, Split.Draw(table, seed), normalized: false);
            var context = data.Context;
            var trainer = table.Classes > 0 ? (SweepTrainer)SweepTrainer.Mlp() : SweepTrainer.MlpRegression();
            var sweep = context.GradientSweep().Over(trainer.Space.Choice("Members", 1, 4)).Of(trainer).Metric(table.Classes > 0 ? SweepMetric.Accuracy() : SweepMetric.RSquared()).Seed(seed).Threads(2);
            var best = sweep.Trials(trials).Run(data.Training);
            var own = sweep.Trials(1).Run(data.Training);
            validation += best.Best!.Score!.Value / seeds;
            ownValidation += own.Best!.Score!.Value / seeds;
            test += Score(context, table, best.Refit(data.Training), data.Test) / seeds;
            ownTest += Score(context, table, own.Refit(data.Training), data.Test) / seeds;
            epochs += best.EpochsTrained / (double)seeds;
            seconds += best.Duration.TotalSeconds / seeds;
        }

        return new(FormattableString.Invariant($"{table.Name}, {trials} trials (defaults {ownValidation:F4}, {ownTest:F4})"), validation, test, epochs, seconds);
    }

    private static double Score(MLContext context, AccuracyTable table, ITransformer model, IDataView rows) => table.Classes > 0
        ? context.MulticlassClassification.Evaluate(model.Transform(rows)).MicroAccuracy
        : context.Regression.Evaluate(model.Transform(rows)).RSquared;
}
