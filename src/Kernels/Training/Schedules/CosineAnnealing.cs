using System.Runtime.CompilerServices;

namespace MLNet.GradientTrainers.Kernels;

/// <summary>
/// The rate falls along half a cosine: rateₜ = last + (rate − last) · (1 + cos(π · p)) / 2 with p the part of the cycle that is done and last = rate ·
/// <see cref="FinalFraction"/>. Before the first cycle it may warm up along a straight line, rate · t / W at update t of W; after each cycle it starts again
/// at the top (a warm restart).
/// </summary>
/// <remarks>
/// PyTorch's <c>CosineAnnealingLR</c> and <c>CosineAnnealingWarmRestarts</c>, stepped at every update. I. Loshchilov, F. Hutter, "SGDR: stochastic gradient descent with
/// warm restarts", 2017; warm-up: P. Goyal et al., "Accurate, large minibatch SGD: training ImageNet in 1 hour", 2017.
/// </remarks>
public sealed record CosineAnnealing : LearningRateSchedule
{
    /// <inheritdoc/>
    public override string Name => "cosine";

    /// <inheritdoc/>
    public override bool DependsOnEpochs => CycleEpochs == 0;

    /// <summary>Epochs of warm-up, or a part of one; 0 for none. At least 0.</summary>
    public double WarmUpEpochs { get; init; }

    /// <summary>Epochs of the first cycle, or a part of one; 0 for one cycle from the warm-up to the end of the run. At least 0.</summary>
    public double CycleEpochs { get; init; }

    /// <summary>How many times as long each cycle is as the one before, at least 1.</summary>
    public int CycleGrowth { get; init; } = 1;

    /// <summary>The rate that a cycle's end tends to, as a share of the initial one, in [0, 1).</summary>
    public double FinalFraction { get; init; }

    /// <inheritdoc/>
    public override void Validate()
    {
        Guard.NotNegative(WarmUpEpochs, nameof(WarmUpEpochs), Name);
        Guard.NotNegative(CycleEpochs, nameof(CycleEpochs), Name);
        Guard.AtLeast(CycleGrowth, 1, nameof(CycleGrowth), Name);
        Guard.InRange(FinalFraction, 0, 1, nameof(FinalFraction), Name);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override double LearningRate(double initial, in SchedulePosition position)
    {
        double warmUp = Math.Round(WarmUpEpochs * position.StepsPerEpoch);
        if (position.Step <= warmUp)
        {
            return initial * position.Step / warmUp;
        }

        double done = position.Step - 1 - warmUp;
        double length = CycleEpochs > 0 ? Math.Max(1, Math.Round(CycleEpochs * position.StepsPerEpoch)) : position.Steps - warmUp;
        while (done >= length && CycleGrowth > 1)
        {
            done -= length;
            length *= CycleGrowth;
        }

        double last = initial * FinalFraction;
        return last + ((initial - last) * (1 + Math.Cos(Math.PI * (done % length / length))) / 2);
    }
}
