namespace MLNet.GradientTrainers.Kernels;

/// <summary>What a <see cref="ScaledLinearRegression"/> has chosen before its descent.</summary>
/// <param name="Options">The options of the descent with nothing left open. The number of epochs is the most; it ends earlier where it converges.</param>
/// <param name="StartingBias">The bias to start from, beside weights of 0; null where the start was given.</param>
/// <param name="IsWhitened">Whether the features are whitened.</param>
/// <param name="ConstantFeatures">How many features do not vary, so that they get the weight 0.</param>
public sealed record LinearChoice(LinearOptions Options, double? StartingBias, bool IsWhitened, int ConstantFeatures);
