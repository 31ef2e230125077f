namespace MLNet.GradientTrainers.Kernels;

/// <summary>The settings of a minimisation.</summary>
public sealed record MinimizerOptions
{
    /// <summary>Most steps, at least 1.</summary>
    public int MaxSteps { get; init; } = 10_000;

    /// <summary>The run has converged when no element of the gradient is larger than this; at least 0.</summary>
    public double Tolerance { get; init; } = 1e-8;

    /// <summary>How the learning rate changes from step to step; a step counts as an epoch.</summary>
    public LearningRateSchedule Schedule { get; init; } = LearningRateSchedule.Constant;

    /// <summary>
    /// Standard deviation of Gaussian noise that is added to each element of the gradient, at least 0. It moves a run off saddle points, where the gradient is 0.
    /// R. Ge et al., "Escaping from saddle points: online stochastic gradient for tensor decomposition", 2015.
    /// </summary>
    public double GradientNoise { get; init; }

    /// <summary>The first steps, that have the noise; a run does not converge during them. At least 0.</summary>
    public int NoiseSteps { get; init; } = 100;

    /// <summary>Seed of the noise. Equal seeds give equal runs.</summary>
    public ulong Seed { get; init; }

    /// <summary>Whether every step is kept in <see cref="MinimizerResult.History"/>, which holds steps × variables numbers.</summary>
    public bool RecordHistory { get; init; } = true;

    /// <summary>Looked at before every step.</summary>
    public CancellationToken CancellationToken { get; init; }

    /// <summary>Throws when a setting is out of its range, naming it, its value and the range.</summary>
    /// <exception cref="ArgumentException">A setting is missing or out of its range.</exception>
    public void Validate()
    {
        const string Owner = nameof(MinimizerOptions);
        ArgumentNullException.ThrowIfNull(Schedule);
        Schedule.Validate();
        Guard.AtLeast(MaxSteps, 1, nameof(MaxSteps), Owner);
        Guard.NotNegative(Tolerance, nameof(Tolerance), Owner);
        Guard.NotNegative(GradientNoise, nameof(GradientNoise), Owner);
        Guard.AtLeast(NoiseSteps, 0, nameof(NoiseSteps), Owner);
    }
}
