namespace MLNet.GradientTrainers.Kernels;

/// <summary>A number that a rule was made with, rounded once for all vectors: to round it for each of them takes time, and makes each wait for the one before.</summary>
/// <param name="value">The number.</param>
public readonly struct RuleConstant(double value)
{
    /// <summary>The number.</summary>
    public double Value => value;

    /// <summary>The number, rounded.</summary>
    public float Single { get; } = (float)value;
}
