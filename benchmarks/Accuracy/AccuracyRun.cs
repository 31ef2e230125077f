using Microsoft.ML;

namespace MLNet.GradientTrainers.Benchmarks;

/// <summary>Fits all contestants on the same splits of a table.</summary>
internal static class AccuracyRun
{
    /// <summary>Ours first, then the peers.</summary>
    public static Contestant[] Contestants(PeerProgram? scikitLearn) =>
    [
        new MLNetContestant("Mlp")
        {
            Classes = context => context.MulticlassClassification.Trainers.Mlp(),
            Numbers = context => context.Regression.Trainers.Mlp(),
            Binary = context => context.BinaryClassification.Trainers.Mlp(),
        },
        new MLNetContestant("SgdLogistic") { Binary = context => context.BinaryClassification.Trainers.SgdLogistic() },
        new MLNetContestant("GradientDescent") { Numbers = context => context.Regression.Trainers.GradientDescent() },
        new MLNetContestant("MiniBatchSgd") { Numbers = context => context.Regression.Trainers.MiniBatchSgd() },
        new MLNetContestant("Sgd") { Numbers = context => context.Regression.Trainers.Sgd() },
        new MLNetContestant("Polynomial") { Numbers = context => context.Regression.Trainers.Polynomial() },
        new MLNetContestant("ML.NET Sdca")
        {
            Classes = context => context.MulticlassClassification.Trainers.SdcaMaximumEntropy(),
            Numbers = context => context.Regression.Trainers.Sdca(),
            Binary = context => context.BinaryClassification.Trainers.SdcaLogisticRegression(),
        },
        new MLNetContestant("ML.NET Lbfgs")
        {
            Classes = context => context.MulticlassClassification.Trainers.LbfgsMaximumEntropy(),
            Numbers = context => context.Regression.Trainers.LbfgsPoissonRegression(),
            Binary = context => context.BinaryClassification.Trainers.LbfgsLogisticRegression(),
        },
        new MLNetContestant("ML.NET LightGbm")
        {
            Classes = context => context.MulticlassClassification.Trainers.LightGbm(),
            Numbers = context => context.Regression.Trainers.LightGbm(),
            Binary = context => context.BinaryClassification.Trainers.LightGbm(),
        },
        new MLNetContestant("ML.NET FastTree")
        {
            Classes = context => context.MulticlassClassification.Trainers.OneVersusAll(context.BinaryClassification.Trainers.FastTree()),
            Numbers = context => context.Regression.Trainers.FastTree(),
            Binary = context => context.BinaryClassification.Trainers.FastTree(),
        },
        new ScikitLearnContestant(scikitLearn),
    ];

    /// <summary>The results of one contestant after the other, each with raw and then with normalised features.</summary>
    public static IEnumerable<(AccuracyResult Raw, AccuracyResult Normalized)> Measure(AccuracyTable table, int seeds, IEnumerable<Contestant> contestants)
    {
        Split[] splits = [.. Enumerable.Range(1, seeds).Select(seed => Split.Draw(table, seed))];
        SplitData[] raw = [.. splits.Select(split => SplitData.Make(table, split, normalized: false))];
        SplitData[] normalized = [.. splits.Select(split => SplitData.Make(table, split, normalized: true))];
        foreach (var contestant in contestants.Where(contestant => contestant.Takes(table.Task)))
        {
            yield return (
                AccuracyResult.Of(table, contestant, AccuracyResult.Raw, contestant.Fit(table.Task, raw)),
                AccuracyResult.Of(table, contestant, AccuracyResult.Normalized, contestant.Fit(table.Task, normalized)));
        }
    }
}
