using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers.Sweeps.Tests;

/// <summary>Sweeps whose trials train nothing: a function gives the score, and another one the epochs' figures.</summary>
internal static class Mapped
{
    /// <summary>The trial's score is what its pipeline has left.</summary>
    private static readonly AsyncLocal<double> Score = new();

    public static SweepMetric Metric { get; } = new("value", false, (_, _) => Score.Value) { OfEpoch = epoch => epoch.ValidationLoss };

    public static GradientSweep Sweep(MLContext context, SearchSpace space, Func<TrialContext, double> score) => context.GradientSweep()
        .Over(space)
        .Metric(Metric)
        .Of(trial =>
        {
            Score.Value = score(trial);
            return new NoTransforms();
        });

    public static SweepResult RunMapped(this GradientSweep sweep, MLContext context)
    {
        var rows = context.Data.LoadFromEnumerable(new[] { new RingRow { Features = [1, 2] } });
        return sweep.Run(rows, rows);
    }

    /// <summary>An epoch of which only the validation loss is known.</summary>
    public static EpochRecord Epoch(int number, double loss) => new(number, double.NaN, double.NaN, loss, double.NaN, 0, 0.1);

    private sealed class NoTransforms : IEstimator<ITransformer>
    {
        public ITransformer Fit(IDataView input) => new TransformerChain<ITransformer>();

        public SchemaShape GetOutputSchema(SchemaShape inputSchema) => inputSchema;
    }
}
