using System.Diagnostics;
using Microsoft.ML;

namespace MLNet.GradientTrainers.Benchmarks;

/// <summary>Trainers of ML.NET, or ours, which are such.</summary>
/// <param name="name">Name in the table.</param>
/// <param name="classes">Makes the trainer for classes; null if there is none.</param>
/// <param name="numbers">Makes the trainer for numbers.</param>
internal sealed class MLNetContestant(string name, Func<MLContext, IEstimator<ITransformer>>? classes, Func<MLContext, IEstimator<ITransformer>> numbers) : Contestant(name)
{
    public override bool Takes(int count) => count == 0 || classes is not null;

    public override IReadOnlyList<AccuracyFit> Fit(int count, IReadOnlyList<SplitData> splits)
    {
        // The first fit of a kind compiles the code, which is no matter of the trainer's.
        Fit(count, splits[0]);
        return [.. splits.Select(split => Fit(count, split))];
    }

    private AccuracyFit Fit(int count, SplitData split)
    {
        var context = split.Context;
        var watch = Stopwatch.StartNew();
        try
        {
            var model = (count == 0 ? numbers : classes!)(context).Fit(split.Training);
            watch.Stop();
            var scored = model.Transform(split.Test);
            double score = count == 0 ? context.Regression.Evaluate(scored).RSquared : context.MulticlassClassification.Evaluate(scored).MicroAccuracy;
            return double.IsFinite(score) ? new(score, watch.Elapsed.TotalSeconds, null) : new(null, watch.Elapsed.TotalSeconds, $"The score is {score}.");
        }
        catch (Exception exception)
        {
            // A fit that diverges, or whose native library is missing, is a result too, not the end of a run of minutes.
            return new(null, watch.Elapsed.TotalSeconds, $"{exception.GetType().Name}: {exception.Message.Split('\n')[0]}");
        }
    }
}
