using System.Text.Json;

namespace MLNet.GradientTrainers.Benchmarks;

/// <summary>scikit-learn's MLPClassifier or MLPRegressor on the same numbers, in a process of its own.</summary>
/// <param name="peer">The Python that has it; null where there is none.</param>
internal sealed class ScikitLearnContestant(PeerProgram? peer) : Contestant("scikit-learn MLP")
{
    public override bool Takes(AccuracyTask task) => true;

    public override IReadOnlyList<AccuracyFit> Fit(AccuracyTask task, IReadOnlyList<SplitData> splits)
    {
        if (peer is null)
        {
            return Without(splits, "absent");
        }

        string file = Path.GetTempFileName();
        try
        {
            File.WriteAllText(file, JsonSerializer.Serialize(new { task = task.ToString(), splits = splits.Select(Rows) }));
            return peer.Run(["mlp.py", file], Environment.ProcessorCount) is { } output
                ? output.GetProperty("fits").Deserialize<AccuracyFit[]>(JsonSerializerOptions.Web)!
                : Without(splits, "the script failed");
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static AccuracyFit[] Without(IReadOnlyList<SplitData> splits, string reason) => [.. splits.Select(_ => new AccuracyFit(null, null, reason))];

    private static object Rows(SplitData split) => new
    {
        seed = split.Seed,
        training = SplitData.Features(split.Training),
        trainingTargets = SplitData.Targets(split.Training),
        test = SplitData.Features(split.Test),
        testTargets = SplitData.Targets(split.Test),
    };
}
