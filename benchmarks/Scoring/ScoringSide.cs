namespace MLNet.GradientTrainers.Benchmarks;

/// <summary>One way to score.</summary>
/// <param name="Name">Its name in the table.</param>
/// <param name="Threads">On how many threads.</param>
/// <param name="Start">Makes it ready; null where it is not to be had.</param>
internal sealed record ScoringSide(string Name, int Threads, Func<ScoringWork, MulticlassNetworkTransformer, IRun?> Start)
{
    public const string Ours = "ours";

    /// <summary>The ways for a work, in the order of the table: a single row of ours has one thread anyway.</summary>
    public static ScoringSide[] Of(ScoringWork work, int threads)
    {
        int[] counts = threads == 1 ? [1] : [1, threads];
        return
        [
            .. work.Rows == 1
                ? [new(Ours, 1, (work, model) => new EngineRun(work, model))]
                : counts.Select(count => new ScoringSide(Ours, count, (work, model) => new TransformRun(work, model, count))),
            .. counts.Select(count => new ScoringSide("onnxruntime", count, (work, model) => new OnnxRuntimeRun(work, model, count))),
        ];
    }
}
