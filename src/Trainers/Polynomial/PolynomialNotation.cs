namespace MLNet.GradientTrainers;

/// <summary>What a polynomial is written as a sum of.</summary>
internal enum PolynomialNotation
{
    /// <summary>Products of powers of the features: what people expect, but far from 0 the terms cancel.</summary>
    Powers,

    /// <summary>Products of powers of features centred and scaled to about [−1, 1] in the training range: high degrees cancel.</summary>
    ScaledPowers,

    /// <summary>Products of Chebyshev polynomials of features scaled to [−1, 1], as scores are computed: nothing cancels.</summary>
    Chebyshev,
}
