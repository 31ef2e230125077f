namespace MLNet.GradientTrainers.Kernels;

/// <summary>
/// Softmax and cross-entropy in one: −Σⱼ tⱼ · log softmax(z)ⱼ for a row of logits z and a target row t (one-hot, or any distribution).
/// Gradient softmax(z) − t: nothing to overflow, nothing to vanish. The mean is over the sum of the rows' weights.
/// </summary>
/// <remarks>
/// The convention of PyTorch's <c>CrossEntropyLoss</c> on class probabilities. J. Bridle, "Probabilistic interpretation of feedforward classification
/// network outputs", 1990; label smoothing: C. Szegedy et al., "Rethinking the Inception architecture for computer vision", 2016.
/// </remarks>
public sealed record SoftmaxCrossEntropy : Loss
{
    /// <summary>The share of the target that is spread evenly over all classes: t ← (1 − s) · t + s / classes. In [0, 1).</summary>
    public double LabelSmoothing { get; init; }

    /// <inheritdoc/>
    public override string Name => "softmax-cross-entropy";

    /// <inheritdoc/>
    public override OutputLink Link => OutputLink.Softmax;

    /// <inheritdoc/>
    public override double LowestTarget => 0;

    /// <inheritdoc/>
    public override void Validate() => Guard.InRange(LabelSmoothing, 0, 1, nameof(LabelSmoothing), Name);

    /// <inheritdoc/>
    public override double MeanDivisor(double sumOfWeights, int columns) => sumOfWeights;

    /// <inheritdoc/>
    public override void Evaluate<T>(IBackend<T> backend, in LossPass<T> pass) => backend.SoftmaxCrossEntropy(LabelSmoothing, pass);
}
