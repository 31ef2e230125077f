using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers;

/// <summary>One call of a trainer: its channel for messages, its columns and seed, and the reading of its rows.</summary>
internal sealed class FitContext(IHost host, DescentOptions options, TrainingRoles roles, int seed, string activity) : IDisposable
{
    public IHost Host => host;

    public TrainingRoles Roles => roles;

    public int Seed => seed;

    public IChannel Channel { get; } = host.Start(activity);

    /// <summary>Reads all usable rows, once.</summary>
    /// <inheritdoc cref="TrainingReader.Read" path="/*[self::param or self::exception]"/>
    public TrainingData Read(IDataView data, Func<DataViewRow, DataViewSchema.Column, LabelRows> label, string purpose, bool adviseScaling) =>
        TrainingReader.Read(roles, data, label, purpose, Channel, options.CancellationToken, adviseScaling);

    public void Dispose() => Channel.Dispose();
}
