using Microsoft.ML;

namespace MLNet.GradientTrainers.Benchmarks;

/// <summary>Fits all contestants on the same splits of a table.</summary>
internal static class AccuracyRun
{
    /// <summary>Ours first, then the peers.</summary>
    public static Contestant[] Contestants(PeerProgram? scikitLearn) =>
    [
        new MLNetContestant("Mlp", context => context.MulticlassClassification.Trainers.Mlp(), context => context.Regression.Trainers.Mlp()),
        new MLNetContestant("GradientDescent", null, context => context.Regression.Trainers.GradientDescent()),
        new MLNetContestant("MiniBatchSgd", null, context => context.Regression.Trainers.MiniBatchSgd()),
        new MLNetContestant("Sgd", null, context => context.Regression.Trainers.Sgd()),
        new MLNetContestant("Polynomial", null, context => context.Regression.Trainers.Polynomial()),
        new MLNetContestant("ML.NET Sdca", context => context.MulticlassClassification.Trainers.SdcaMaximumEntropy(), context => context.Regression.Trainers.Sdca()),
        new MLNetContestant(
            "ML.NET Lbfgs", context => context.MulticlassClassification.Trainers.LbfgsMaximumEntropy(), context => context.Regression.Trainers.LbfgsPoissonRegression()),
        new MLNetContestant("ML.NET LightGbm", context => context.MulticlassClassification.Trainers.LightGbm(), context => context.Regression.Trainers.LightGbm()),
        new MLNetContestant(
            "ML.NET FastTree",
            context => context.MulticlassClassification.Trainers.OneVersusAll(context.BinaryClassification.Trainers.FastTree()),
            context => context.Regression.Trainers.FastTree()),
        new ScikitLearnContestant(scikitLearn),
    ];

    /// <summary>The results of one contestant after the other, each with raw and then with normalised features.</summary>
    public static IEnumerable<(AccuracyResult Raw, AccuracyResult Normalized)> Measure(AccuracyTable table, int seeds, IEnumerable<Contestant> contestants)
    {
        Split[] splits = [.. Enumerable.Range(1, seeds).Select(seed => Split.Draw(table, seed))];
        SplitData[] raw = [.. splits.Select(split => SplitData.Make(table, split, normalized: false))];
        SplitData[] normalized = [.. splits.Select(split => SplitData.Make(table, split, normalized: true))];
        foreach (var contestant in contestants.Where(contestant => contestant.Takes(table.Classes)))
        {
            yield return (
                AccuracyResult.Of(table, contestant, AccuracyResult.Raw, contestant.Fit(table.Classes, raw)),
                AccuracyResult.Of(table, contestant, AccuracyResult.Normalized, contestant.Fit(table.Classes, normalized)));
        }
    }
}
