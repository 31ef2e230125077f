namespace MLNet.GradientTrainers.Kernels;

/// <summary>What a normalization computes with.</summary>
/// <typeparam name="T">Element type.</typeparam>
/// <param name="Mean">One a column (batch normalization) or a row (layer normalization).</param>
/// <param name="Variance">The same; biased: divided by the number of elements.</param>
/// <param name="Scale">γ, one a column.</param>
/// <param name="Shift">β, one a column.</param>
/// <param name="Epsilon">ε: added to the variance.</param>
public readonly record struct NormalizationPass<T>(Tensor<T> Mean, Tensor<T> Variance, Tensor<T> Scale, Tensor<T> Shift, double Epsilon)
    where T : unmanaged;
