using MLNet.GradientTrainers.Sweeps;

namespace Microsoft.ML;

/// <summary>Sweeps in an <see cref="MLContext"/>.</summary>
public static class GradientSweepCatalogExtensions
{
    /// <summary>Begins a sweep: which settings of a pipeline are best?</summary>
    /// <param name="mlContext">The context, which fits transforms, evaluates and saves; each trial has one of its own.</param>
    /// <example><code>
    /// SweepResult result = mlContext.GradientSweep()
    ///     .Of(SweepTrainer.Mlp())
    ///     .Trials(30)
    ///     .Pruning(new SuccessiveHalving())
    ///     .Journal("sweep.jsonl", resume: true)
    ///     .Run(train, validation);
    /// </code></example>
    public static GradientSweep GradientSweep(this MLContext mlContext)
    {
        ArgumentNullException.ThrowIfNull(mlContext);
        return new GradientSweep(new SweepSettings(mlContext));
    }
}
