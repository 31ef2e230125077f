using System.Runtime.CompilerServices;
using Microsoft.ML;
using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers.AutoML;

/// <summary>
/// What a trial that runs wants of our trainers in its pipeline: to be told of epochs, and that its token ends them. AutoML makes the pipeline in between and knows none of this; what both sides have
/// is the trial's own context, by which the connection is found.
/// </summary>
internal sealed class TrialConnection(Action<EpochRecord> onEpoch, CancellationToken token)
{
    private static readonly ConditionalWeakTable<MLContext, TrialConnection> Known = [];

    public Action<EpochRecord> OnEpoch => onEpoch;

    public CancellationToken Token => token;

    /// <summary>Makes the connection known, in place of an earlier one of the context.</summary>
    public void Of(MLContext context) => Known.AddOrUpdate(context, this);

    /// <summary>A trainer for a trial: connected where the context belongs to a running <see cref="GradientTrialRunner"/>, else the trainer alone.</summary>
    public static IEstimator<ITransformer> Connect<TOptions>(MLContext context, TOptions options, Func<MLContext, TOptions, IEstimator<ITransformer>> create)
        where TOptions : DescentOptions, ITrainerInput =>
        Known.TryGetValue(context, out var connection) ? new ConnectedTrainer<TOptions>(context, connection, options, create) : create(context, options);
}
