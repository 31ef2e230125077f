using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers;

/// <summary>One call of a trainer: its channel for messages, its columns and seed, what ends it early, its checkpoint, and the reading of its rows.</summary>
internal sealed class FitContext : IDisposable
{
    private readonly DescentOptions _options;

    public FitContext(IHost host, DescentOptions options, TrainingRoles roles, int seed, string activity, FitCheckpoint? checkpoint = null, SharedFit? shared = null)
    {
        _options = options;
        (Host, Roles, Seed, Checkpoint, Shared) = (host, roles, seed, checkpoint, shared);
        Channel = shared is { IsFirst: false } ? new SilentChannel(host.Start(activity)) : host.Start(activity);
        Features = new FeatureWatch(roles.Features);
        Cancellation = new FitCancellation(host, options.CancellationToken);
        checkpoint?.Begin(Channel, seed);
        Spill = RowPlace.Of((ITrainerInput)options, Channel);
    }

    public IHost Host { get; }

    public TrainingRoles Roles { get; }

    public int Seed { get; }

    public IChannel Channel { get; }

    /// <summary>What the call goes on from and writes; null for nothing.</summary>
    public FitCheckpoint? Checkpoint { get; }

    /// <summary>The processes that take part; null for this one alone.</summary>
    public SharedFit? Shared { get; }

    /// <summary>Where rows go that are too many for memory; null where all are to stay there.</summary>
    public RowSpill? Spill { get; }

    /// <summary>What the features look like, as far as they have been read.</summary>
    public FeatureWatch Features { get; }

    /// <summary>What ends the call early.</summary>
    public FitCancellation Cancellation { get; }

    /// <summary>A trainer's options as the engine takes them for this call: with its seed, and a token that the context's cancellation cancels as well.</summary>
    public TOptions Own<TOptions>(TOptions trainers)
        where TOptions : DescentOptions
    {
        var own = (TOptions)((DescentOptions)trainers with { Seed = Seed, CancellationToken = Cancellation.Token });
        if (Shared is { IsFirst: false })
        {
            // The first process reports.
            own.OnEpoch = null;
            if (own is TrainingOptions network)
            {
                network.OnBatch = null;
            }
        }

        return own;
    }

    /// <summary>Trains; what ends it early all processes know, where several take part.</summary>
    public TResult Train<TResult>(Func<TResult> train)
    {
        try
        {
            return train();
        }
        catch (OperationCanceledException) when (Shared is not null)
        {
            Shared.IsEndedByAll = true;
            throw;
        }
    }

    /// <summary>Reads all usable rows, once, and warns of labels that a squared error learns little from.</summary>
    /// <inheritdoc cref="TrainingReader.Read" path="/*[self::param or self::exception]"/>
    public TrainingData Read(IDataView data, Func<DataViewRow, DataViewSchema.Column, LabelRows> label, string purpose, bool adviseScaling)
    {
        bool isFirst = !Features.HasBegun;
        var rows = TrainingReader.Read(Roles, data, label, purpose, Channel, Cancellation, Features, adviseScaling, Spill, KeptOf);
        if (Checkpoint is not null || Shared is not null)
        {
            var fingerprint = DataFingerprint.Of(rows, Cancellation.Token);
            Checkpoint?.Data.Add(purpose, fingerprint);
            Shared?.Data.Add(purpose, fingerprint);
        }

        if (RowSpill.WindowOf(rows.Features) is var (chunks, of))
        {
            string windows = string.Create(CultureInfo.InvariantCulture, $"{chunks} of {of}");
            Checkpoint?.Data.Add($"chunks over which {purpose} rows are mixed", windows);
            // The order follows from the limit, also of rows that are changed later, and of several members.
            Shared?.Data.Add($"MemoryLimit of streamed {purpose} rows", RowSpill.LimitOf(rows.Features)!.Value.ToString(CultureInfo.InvariantCulture));
        }

        if (isFirst && _options.Loss is MeanSquaredError && rows.Targets is not ClassRows && LabelScale.FindOutliers(rows) is var (deviation, spread))
        {
            string loss = _options is MlpRegressionTrainer.Options { NormalizeLabel: true } or CnnRegressionTrainer.Options { NormalizeLabel: true } ? "new Huber()" : string.Create(CultureInfo.InvariantCulture, $"new Huber({spread:G2})");
            Channel.Warning(MessageSensitivity.None, string.Create(
                CultureInfo.InvariantCulture,
                $"The label '{Roles.Label}' has a standard deviation of {deviation:G3}, but by its quartiles one of {spread:G3}: a few values far from the others decide what a squared error learns. Leave these rows out where they are wrong; else set Loss = {loss}{(_options is PolynomialTrainer.Options ? " and Solver = PolynomialSolver.GradientDescent" : "")}, or learn the label's logarithm."));
        }

        return rows;
    }

    /// <summary>Bytes that are kept of each row in memory beside its features.</summary>
    /// <param name="label">Bytes of its label.</param>
    /// <param name="weighs">Whether it has a weight.</param>
    private int KeptOf(int label, bool weighs)
    {
        int weight = weighs ? sizeof(float) : 0;
        return _options switch
        {
            // Labels and weights in double, whether rows weigh or not; the rows that count and their order.
            PolynomialTrainer.Options => label + weight + (2 * sizeof(double)) + sizeof(int),

            // Of the labels in single precision nothing is left when the order is drawn.
            LinearOptions => label + weight + ((weighs ? 2 : 1) * sizeof(double)) + (_options.ValidationFraction > 0 ? sizeof(double) : 0),

            // Each member's part of the rows, with their labels and weights, and its order of them.
            NetworkTrainerOptions network => label + weight + ((network.Members ?? 1) * ((2 * sizeof(int)) + label + weight)),
            _ => throw new InvalidOperationException($"What {_options.GetType()} keeps of a row is not known."),
        };
    }

    public void Dispose()
    {
        Spill?.Dispose();
        Cancellation.Dispose();
        Channel.Dispose();
    }
}
