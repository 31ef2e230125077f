using Microsoft.ML;
using MLNet.GradientTrainers.Sweeps;

namespace MLNet.GradientTrainers.Benchmarks;

/// <summary>
/// A real table: the best of some trials beside the trainer's defaults, which are the first trial; a quarter of the rows is for testing; the others are cross-validated in
/// five folds, and a quarter of them validates where they are more than a thousand; the best is fitted again to all of them. Means over splits.
/// </summary>
internal static class SweepOfTable
{
    private const int FewRows = 1000;

    public static SweepFigure Measure(AccuracyTable table, int trials, int seeds)
    {
        double validation = 0, test = 0, epochs = 0, seconds = 0, ownValidation = 0, ownTest = 0;
        for (int seed = 0; seed < seeds; seed++)
        {
            var data = SplitData.Make(table, Split.Draw(table, seed), normalized: false);
            var parts = data.Context.Data.TrainTestSplit(data.Training, testFraction: 0.25, seed: seed);
            bool folds = table.Targets.Length < FewRows;
            var context = data.Context;
            var trainer = table.Classes > 0 ? (SweepTrainer)SweepTrainer.Mlp() : SweepTrainer.MlpRegression();
            var sweep = context.GradientSweep().Over(trainer.Space.Choice("Members", 1, 4)).Of(trainer).Metric(table.Classes > 0 ? SweepMetric.Accuracy() : SweepMetric.RSquared()).Seed(seed).Threads(2);
            SweepResult Run(int count) => folds ? sweep.Trials(count).CrossValidate(data.Training, 5) : sweep.Trials(count).Run(parts.TrainSet, parts.TestSet);
            var (best, own) = (Run(trials), Run(1));
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
