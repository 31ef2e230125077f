using System.Diagnostics;
using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers;

/// <summary>Says when the state of a training is written.</summary>
/// <param name="everyEpochs"><see cref="ITrainerInput.CheckpointEveryEpochs"/>.</param>
/// <param name="everySeconds"><see cref="ITrainerInput.CheckpointEverySeconds"/>.</param>
internal sealed class CheckpointClock(int? everyEpochs, double? everySeconds)
{
    /// <summary>Default of <see cref="ITrainerInput.CheckpointEverySeconds"/>.</summary>
    public const double DefaultSeconds = 30;

    private long _kept = Stopwatch.GetTimestamp();
    private long _epochBegan = Stopwatch.GetTimestamp();

    public bool IsDue(CheckpointMoment moment, int epoch)
    {
        switch (moment)
        {
            case CheckpointMoment.Update:
                // Ends of epochs will do where they come soon enough.
                return HavePassedSince(_kept) && HavePassedSince(_epochBegan);
            case CheckpointMoment.Epoch:
                _epochBegan = Stopwatch.GetTimestamp();
                return epoch % everyEpochs == 0 || HavePassedSince(_kept);
            default:
                return moment == CheckpointMoment.Cancelled;
        }
    }

    /// <summary>Whether the seconds have passed since the state was kept.</summary>
    public bool IsTime => HavePassedSince(_kept);

    /// <summary>The state has been kept, or could not be.</summary>
    public void Restart() => _kept = Stopwatch.GetTimestamp();

    private bool HavePassedSince(long then) => Stopwatch.GetElapsedTime(then).TotalSeconds >= everySeconds;
}
