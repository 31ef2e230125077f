namespace MLNet.GradientTrainers.Kernels;

/// <summary>How the features of a linear regression are changed before the descent. The change is linear, so that it is folded into the weights of the result exactly.</summary>
public enum LinearScaling
{
    /// <summary>Not at all.</summary>
    None,

    /// <summary>(x − mean) / standard deviation.</summary>
    Standard,

    /// <summary>(x − median) / (quartile range / 1.349), which is the standard deviation of a normal distribution; where half of the values are the same, as <see cref="Standard"/>.</summary>
    Robust,
}
