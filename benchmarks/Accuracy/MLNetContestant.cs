using System.Diagnostics;
using Microsoft.ML;

namespace MLNet.GradientTrainers.Benchmarks;

/// <summary>Trainers of ML.NET, or ours, which are such: for each task what makes one; null if there is none.</summary>
/// <param name="name">Name in the table.</param>
internal sealed class MLNetContestant(string name) : Contestant(name)
{
    public Func<MLContext, IEstimator<ITransformer>>? Classes { get; init; }

    public Func<MLContext, IEstimator<ITransformer>>? Numbers { get; init; }

    public Func<MLContext, IEstimator<ITransformer>>? Binary { get; init; }

    public override bool Takes(AccuracyTask task) => Trainer(task) is not null;

    public override IReadOnlyList<AccuracyFit> Fit(AccuracyTask task, IReadOnlyList<SplitData> splits)
    {
        // The first fit of a kind compiles the code, which is no matter of the trainer's.
        Fit(task, splits[0]);
        return [.. splits.Select(split => Fit(task, split))];
    }

    private AccuracyFit Fit(AccuracyTask task, SplitData split)
    {
        var watch = Stopwatch.StartNew();
        try
        {
            var model = Trainer(task)!(split.Context).Fit(split.Training);
            watch.Stop();
            var fit = Evaluate(task, split.Context, model.Transform(split.Test)) with { Seconds = watch.Elapsed.TotalSeconds };
            return double.IsFinite(fit.Score!.Value) && double.IsFinite(fit.Auc ?? 0) && double.IsFinite(fit.LogLoss ?? 0)
                ? fit
                : new(null, fit.Seconds, $"The score is {(double.IsFinite(fit.Score.Value) ? $"{fit.Score}, with AUC {fit.Auc} and log-loss {fit.LogLoss}" : fit.Score)}.");
        }
        catch (Exception exception)
        {
            // A fit that diverges, or whose native library is missing, is a result too, not the end of a run of minutes.
            return new(null, watch.Elapsed.TotalSeconds, $"{exception.GetType().Name}: {exception.Message.Split('\n')[0]}");
        }
    }

    private static AccuracyFit Evaluate(AccuracyTask task, MLContext context, IDataView scored)
    {
        if (task == AccuracyTask.Binary)
        {
            var metrics = context.BinaryClassification.EvaluateNonCalibrated(scored);
            return new(metrics.Accuracy, null, null, metrics.AreaUnderRocCurve, BinaryLogLoss.Of(scored));
        }

        return new(task == AccuracyTask.Numbers ? context.Regression.Evaluate(scored).RSquared : context.MulticlassClassification.Evaluate(scored).MicroAccuracy, null, null);
    }

    private Func<MLContext, IEstimator<ITransformer>>? Trainer(AccuracyTask task) => task switch
    {
        AccuracyTask.Numbers => Numbers,
        AccuracyTask.Classes => Classes,
        _ => Binary,
    };
}
