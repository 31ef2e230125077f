using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers;

/// <summary>The options that all trainers of linear models share.</summary>
public abstract class LinearTrainerOptions : GradientTrainerOptions
{
    internal const double DefaultLearningRate = 0.01;
    internal const int DefaultNumberOfEpochs = 100;

    private protected LinearTrainerOptions()
        : base(new MeanSquaredError(), new Sgd { LearningRate = DefaultLearningRate }, DefaultNumberOfEpochs)
    {
    }

    /// <summary>Whether a bias is learned; false leaves it at <see cref="InitialBias"/>. Penalties never touch it. Default: true.</summary>
    public bool FitIntercept { get; set; } = true;

    /// <summary>The weights to start from, one for each feature; null for zeros.</summary>
    public double[]? InitialWeights { get; set; }

    /// <summary>The bias to start from. Default: 0.</summary>
    public double InitialBias { get; set; }

    /// <summary>
    /// Stops the training when the loss changes by at most this share of itself in each of three successive epochs, for example 1e-6; 0 never stops. Default: 0.
    /// </summary>
    public double Tolerance { get; set; }

    /// <summary>
    /// The model is the mean of the weights after each update from this epoch (from 1) on, which takes the noise out of stochastic descent; null for the last
    /// weights. Default: null. B. Polyak, A. Juditsky, "Acceleration of stochastic approximation by averaging", 1992.
    /// </summary>
    public int? AverageFromEpoch { get; set; }

    /// <summary>Whether the weights after each epoch are kept, for <see cref="LinearResult.Path"/>. Default: false.</summary>
    public bool RecordPath { get; set; }

    /// <summary>
    /// Threads of passes over all rows: full-batch steps and validation; null takes all cores. The result is the same for any number. Steps of some rows follow one another on one.
    /// More than four times the cores, or 16 where that is more, count as so many, and where the system refuses a thread training goes on with fewer.
    /// </summary>
    public int? NumberOfThreads { get; set; }

    /// <summary>Rows of a gradient step.</summary>
    internal abstract int RowsOfAStep { get; }

    internal override void Validate()
    {
        base.Validate();
        RequireAtLeastZero(Tolerance, nameof(Tolerance));
        Require(AverageFromEpoch is null || (AverageFromEpoch >= 1 && AverageFromEpoch <= NumberOfEpochs), nameof(AverageFromEpoch), AverageFromEpoch, $"an epoch from 1 to {NumberOfEpochs}, which is {nameof(NumberOfEpochs)}, or null for no mean");
        Require(InitialWeights is null || Array.TrueForAll(InitialWeights, double.IsFinite), nameof(InitialWeights), InitialWeights is null ? null : string.Join(", ", InitialWeights), "finite numbers, or null for zeros");
        Require(double.IsFinite(InitialBias), nameof(InitialBias), InitialBias, "a finite number");
        Require(NumberOfThreads is null or >= 1, nameof(NumberOfThreads), NumberOfThreads, "at least 1, or null for all cores");
        try
        {
            _ = new LinearRegression(new LinearOptions { Loss = Loss });
        }
        catch (NotSupportedException)
        {
            Require(false, nameof(Loss), Loss.Name, "a loss of numbers whose scores are the model's outputs themselves, for example new MeanSquaredError()");
        }
    }

    /// <summary>The engine's settings, without those that belong to a fit: seed, validation rows, report.</summary>
    internal virtual LinearOptions ToEngine() => new()
    {
        Loss = Loss,
        Optimizer = EffectiveOptimizer,
        Schedule = Schedule,
        Epochs = NumberOfEpochs,
        BatchSize = RowsOfAStep,
        L1 = L1Regularization,
        L2 = L2Regularization,
        ClipValue = ClipValue ?? double.PositiveInfinity,
        ClipNorm = ClipNorm ?? double.PositiveInfinity,
        FitIntercept = FitIntercept,
        Tolerance = Tolerance,
        AverageFromEpoch = AverageFromEpoch,
        EarlyStopping = EarlyStopping,
        RecordPath = RecordPath,
        Threads = NumberOfThreads ?? 0,
        CancellationToken = CancellationToken,
        CancellationBehavior = CancellationBehavior,
    };
}

/// <summary>The options of linear trainers whose steps take some rows at a time.</summary>
public abstract class StochasticTrainerOptions : LinearTrainerOptions
{
    private protected StochasticTrainerOptions()
    {
    }

    /// <summary>Whether each epoch visits the rows in a new random order; false takes them as they come. Default: true.</summary>
    public bool Shuffle { get; set; } = true;

    internal override LinearOptions ToEngine() => base.ToEngine() with { Shuffle = Shuffle };
}
