using System.Numerics;

namespace MLNet.GradientTrainers.Kernels;

/// <summary>
/// The learning rate range test: a short run on a copy of the network whose rate grows from update to update by the same factor, until the loss rises. The curve
/// of the loss over the rate shows where learning begins, where it is fastest, and where it breaks.
/// </summary>
/// <remarks>L. Smith, "Cyclical learning rates for training neural networks", 2015 (published 2017).</remarks>
public sealed record LearningRateFinder
{
    /// <summary>The first rate, above 0.</summary>
    public double Lowest { get; init; } = 1e-7;

    /// <summary>The last rate, above <see cref="Lowest"/>.</summary>
    public double Highest { get; init; } = 10;

    /// <summary>Updates from the one to the other, at least 10.</summary>
    public int Updates { get; init; } = 100;

    /// <summary>
    /// β in [0, 1): the smoothed loss is sₜ / (1 − βᵗ) with s ← β · s + (1 − β) · loss, a mean in which older losses count β times as much an update.
    /// </summary>
    public double Smoothing { get; init; } = 0.9;

    /// <summary>The test ends when the smoothed loss is so many times its lowest value, above 1.</summary>
    public double StopFactor { get; init; } = 4;

    /// <summary>Throws when a setting is out of its range, naming it, its value and the range.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A setting is out of its range.</exception>
    public void Validate()
    {
        const string Owner = nameof(LearningRateFinder);
        Guard.Positive(Lowest, nameof(Lowest), Owner);
        Guard.Inside(Highest, Lowest, double.PositiveInfinity, nameof(Highest), Owner);
        Guard.AtLeast(Updates, 10, nameof(Updates), Owner);
        Guard.InRange(Smoothing, 0, 1, nameof(Smoothing), Owner);
        Guard.Inside(StopFactor, 1, double.PositiveInfinity, nameof(StopFactor), Owner);
    }

    /// <summary>Runs the test. The network does not change.</summary>
    /// <typeparam name="T">Element type.</typeparam>
    /// <param name="network">The network, with the weights to start from.</param>
    /// <param name="options">
    /// The run that a rate is sought for: its loss, optimizer, batches, penalties and seed. Its rate, schedule, validation, early stopping, mean of the weights and callbacks are not used.
    /// </param>
    /// <param name="data">The data of that run.</param>
    /// <exception cref="ArgumentException">A setting is out of its range, or network, data and options do not fit each other.</exception>
    /// <exception cref="DivergenceException">The loss is not finite before any update.</exception>
    /// <exception cref="OperationCanceledException">The options' token was cancelled.</exception>
    public LearningRateCurve Run<T>(Network<T> network, TrainingOptions options, TrainingData data)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(data);
        Validate();
        options.Validate();
        options = TrainingLength.Choose(options, data.Count, network.MaxRows);
        EpochBatches epoch = new(options, network.SmallestBatch, data.Count);
        using CancellationTokenSource end = CancellationTokenSource.CreateLinkedTokenSource(options.CancellationToken);
        LearningRateTest test = new(this, options, epoch);
        TrainingOptions run = options with
        {
            LearningRate = Lowest,
            Schedule = new Growth(Math.Pow(Highest / Lowest, 1 / (Updates - 1.0))),
            NumberOfEpochs = ((Updates - 1) / epoch.Updates) + 1,
            ValidationFraction = 0,
            EarlyStopping = null,
            AverageDecay = 0,
            OnEpoch = null,
            OnBatch = batch =>
            {
                if (!test.Add(batch))
                {
                    end.Cancel();
                }
            },
            CancellationToken = end.Token,
            CancellationBehavior = CancellationBehavior.Throw,
        };

        using Network<T> copy = new(network.Definition, network.Backend, network.MaxRows, training: true, layerRates: network.LayerRates);
        network.Backend.Copy(network.Parameters, copy.Parameters);
        try
        {
            new TrainingLoop<T>(copy, run).Run(data);
        }
        catch (OperationCanceledException) when (!options.CancellationToken.IsCancellationRequested)
        {
            // The test has seen enough.
        }
        catch (DivergenceException) when (test.HasBegun)
        {
            // As it should be at the end.
        }

        return test.Curve();
    }

    /// <summary>Grows by a factor from update to update. (By the epoch, as other schedules do it, a long one's factor would overflow.)</summary>
    private sealed record Growth(double Factor) : LearningRateSchedule
    {
        public override string Name => "growth";

        public override double LearningRate(double initial, in SchedulePosition position) => initial * Math.Pow(Factor, position.Step - 1);
    }
}
