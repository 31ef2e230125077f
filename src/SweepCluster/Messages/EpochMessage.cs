using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers.Sweeps.Cluster;

/// <summary>An epoch that an attempt has finished.</summary>
/// <param name="Attempt">The attempt.</param>
/// <param name="Sequence">Its epochs so far, all folds together, so that one that is told twice counts once.</param>
/// <param name="Fold">The fold, from 0.</param>
/// <param name="Epoch">The epoch's number.</param>
/// <param name="Figures">Loss and metric of the training rows, of the validation rows, seconds, and the learning rate.</param>
[GenerateSerializer, Immutable, Alias("sweep.Epoch")]
internal sealed record EpochMessage([property: Id(0)] Guid Attempt, [property: Id(1)] int Sequence, [property: Id(2)] int Fold, [property: Id(3)] int Epoch, [property: Id(4)] double[] Figures)
{
    public static EpochMessage Of(Guid attempt, int sequence, int fold, EpochRecord epoch) => new(
        attempt, sequence, fold, epoch.Epoch, [epoch.TrainingLoss, epoch.TrainingMetric, epoch.ValidationLoss, epoch.ValidationMetric, epoch.Seconds, epoch.LearningRate]);

    public EpochRecord ToEpoch() => new(Epoch, Figures[0], Figures[1], Figures[2], Figures[3], Figures[4], Figures[5]);
}

/// <summary>What a trial does after an epoch.</summary>
internal enum EpochVerdict
{
    /// <summary>It goes on.</summary>
    Continue,

    /// <summary>It is hopeless, and stops.</summary>
    Prune,

    /// <summary>Nobody waits for this attempt any more.</summary>
    Drop,

    /// <summary>The coordinator has been started again and has not come to this trial yet: ask again.</summary>
    AskAgain,
}

/// <param name="Verdict">What to do.</param>
/// <param name="Reason">Why it is pruned.</param>
[GenerateSerializer, Immutable, Alias("sweep.EpochAnswer")]
internal sealed record EpochAnswer([property: Id(0)] EpochVerdict Verdict, [property: Id(1)] string? Reason = null);
