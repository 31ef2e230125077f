using Microsoft.ML;
using MLNet.GradientTrainers.Sweeps;

namespace MLNet.GradientTrainers.Benchmarks;

/// <summary>A real table: the best of some trials beside the trainer's defaults, which are the first trial; a quarter of the rows is for testing, a quarter of the others validates; means over splits.</summary>
internal static class SweepOfTable
{
    public static SweepFigure Measure(AccuracyTable table, int trials, int seeds)
    {
        double validation = 0, test = 0, epochs = 0, seconds = 0, ownValidation = 0, ownTest = 0;
        for (int seed = 0; seed < seeds; seed++)
        {
            var data = SplitData.Make(table, Split.Draw(table, seed), normalized: false);
            var parts = data.Context.Data.TrainTestSplit(data.Training, testFraction: 0.25, seed: seed);
            var context = data.Context;
            var trainer = table.Classes > 0 ? (SweepTrainer)SweepTrainer.Mlp() : SweepTrainer.MlpRegression();
            var sweep = context.GradientSweep().Over(trainer.Space.Choice("Members", 1, 4)).Of(trainer).Metric(table.Classes > 0 ? SweepMetric.Accuracy() : SweepMetric.RSquared()).Seed(seed).Threads(2);
            var best = sweep.Trials(trials).Run(parts.TrainSet, parts.TestSet);
            var own = sweep.Trials(1).Run(parts.TrainSet, parts.TestSet);
            validation += best.Best!.Score!.Value / seeds;
            ownValidation += own.Best!.Score!.Value / seeds;
            test += Score(context, table, best.Model, data.Test) / seeds;
            ownTest += Score(context, table, own.Model, data.Test) / seeds;
            epochs += best.EpochsTrained / (double)seeds;
            seconds += best.Duration.TotalSeconds / seeds;
        }

        return new(FormattableString.Invariant($"{table.Name}, {trials} trials (defaults {ownValidation:F4}, {ownTest:F4})"), validation, test, epochs, seconds);
    }

    private static double Score(MLContext context, AccuracyTable table, ITransformer model, IDataView rows) => table.Classes > 0
        ? context.MulticlassClassification.Evaluate(model.Transform(rows)).MicroAccuracy
        : context.Regression.Evaluate(model.Transform(rows)).RSquared;
}
