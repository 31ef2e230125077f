namespace MLNet.GradientTrainers.Kernels;

/// <summary>The rate falls by a factor each time some epochs are done: rateₑ = rate · factor^⌊(e − 1) / epochs⌋ in epoch e.</summary>
/// <remarks>PyTorch's <c>StepLR</c>, stepped once an epoch. A. Krizhevsky, I. Sutskever, G. Hinton, "ImageNet classification with deep convolutional neural networks", 2012.</remarks>
public sealed record StepDecay : LearningRateSchedule
{
    /// <inheritdoc/>
    public override string Name => "step";

    /// <inheritdoc/>
    public override bool DependsOnEpochs => false;

    /// <summary>Epochs at one rate, at least 1.</summary>
    public int Epochs { get; init; } = 10;

    /// <summary>The factor, in (0, 1).</summary>
    public double Factor { get; init; } = 0.1;

    /// <inheritdoc/>
    public override void Validate()
    {
        Guard.AtLeast(Epochs, 1, nameof(Epochs), Name);
        Guard.Inside(Factor, 0, 1, nameof(Factor), Name);
    }

    /// <inheritdoc/>
    public override double LearningRate(double initial, in SchedulePosition position) => initial * Math.Pow(Factor, (position.Epoch - 1) / Epochs);
}
