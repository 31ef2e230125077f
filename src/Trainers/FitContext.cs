using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers;

/// <summary>One call of a trainer: its channel for messages, its columns and seed, what ends it early, and the reading of its rows.</summary>
internal sealed class FitContext(IHost host, DescentOptions options, TrainingRoles roles, int seed, string activity) : IDisposable
{
    public IHost Host => host;

    public TrainingRoles Roles => roles;

    public int Seed => seed;

    public IChannel Channel { get; } = host.Start(activity);

    /// <summary>What the features look like, as far as they have been read.</summary>
    public FeatureWatch Features { get; } = new(roles.Features);

    /// <summary>What ends the call early.</summary>
    public FitCancellation Cancellation { get; } = new(host, options.CancellationToken);

    /// <summary>A trainer's options as the engine takes them for this call: with its seed, and a token that the context's cancellation cancels as well.</summary>
    public TOptions Own<TOptions>(TOptions trainers)
        where TOptions : DescentOptions =>
        (TOptions)((DescentOptions)trainers with { Seed = seed, CancellationToken = Cancellation.Token });

    /// <summary>Reads all usable rows, once.</summary>
    /// <inheritdoc cref="TrainingReader.Read" path="/*[self::param or self::exception]"/>
    public TrainingData Read(IDataView data, Func<DataViewRow, DataViewSchema.Column, LabelRows> label, string purpose, bool adviseScaling) =>
        TrainingReader.Read(roles, data, label, purpose, Channel, Cancellation, Features, adviseScaling);

    public void Dispose()
    {
        Cancellation.Dispose();
        Channel.Dispose();
    }
}
