namespace MLNet.GradientTrainers.Sweeps;

/// <summary>Carries what ends a whole sweep, such as a full disk under the journal or a callback's error, through a trial's training.</summary>
internal sealed class SweepAbortedException(Exception cause) : Exception(cause.Message, cause);
