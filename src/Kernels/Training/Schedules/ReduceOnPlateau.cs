namespace MLNet.GradientTrainers.Kernels;

/// <summary>
/// The rate falls by a factor when the loss has not improved for more than some epochs: the validation loss, or the training loss when there is no validation data. An epoch
/// improves when its loss is below best − threshold · |best|.
/// </summary>
/// <remarks>
/// PyTorch's <c>ReduceLROnPlateau</c> with its defaults, except that a reduction of less than 1e-8 counts too. Combine it with <see cref="EarlyStopping"/> of a longer patience.
/// </remarks>
public sealed record ReduceOnPlateau : LearningRateSchedule
{
    /// <inheritdoc/>
    public override string Name => "reduce-on-plateau";

    /// <inheritdoc/>
    public override bool DependsOnEpochs => false;

    /// <summary>The factor, in (0, 1).</summary>
    public double Factor { get; init; } = 0.1;

    /// <summary>Epochs without improvement that are borne, at least 0; the next one lowers the rate.</summary>
    public int Patience { get; init; } = 10;

    /// <summary>The share by which the best loss must be beaten, in [0, 1).</summary>
    public double Threshold { get; init; } = 1e-4;

    /// <summary>Epochs after a reduction in which none is counted, at least 0.</summary>
    public int Cooldown { get; init; }

    /// <summary>The lowest rate, as a share of the initial one, in [0, 1).</summary>
    public double FinalFraction { get; init; }

    /// <inheritdoc/>
    public override void Validate()
    {
        Guard.Inside(Factor, 0, 1, nameof(Factor), Name);
        Guard.AtLeast(Patience, 0, nameof(Patience), Name);
        Guard.InRange(Threshold, 0, 1, nameof(Threshold), Name);
        Guard.AtLeast(Cooldown, 0, nameof(Cooldown), Name);
        Guard.InRange(FinalFraction, 0, 1, nameof(FinalFraction), Name);
    }

    /// <inheritdoc/>
    public override double LearningRate(double initial, in SchedulePosition position) =>
        initial * Math.Max(Math.Pow(Factor, position.Memory.Reductions), FinalFraction);

    /// <inheritdoc/>
    public override ScheduleMemory Remember(ScheduleMemory memory, in EpochRecord epoch)
    {
        double loss = double.IsNaN(epoch.ValidationLoss) ? epoch.TrainingLoss : epoch.ValidationLoss;
        bool improved = memory.Epochs == 0 || loss < memory.Best - (Threshold * Math.Abs(memory.Best));
        int waited = improved || memory.Rest > 0 ? 0 : memory.Waited + 1;
        bool reduce = waited > Patience;
        return new ScheduleMemory(
            memory.Epochs + 1,
            improved ? loss : memory.Best,
            reduce ? 0 : waited,
            reduce ? Cooldown : Math.Max(0, memory.Rest - 1),
            memory.Reductions + (reduce ? 1 : 0));
    }
}
