using Microsoft.Extensions.Logging;

namespace MLNet.GradientTrainers.Hosting;

/// <summary>What the training tells its loggers.</summary>
internal static partial class TrainingLog
{
    public static void Tell(this ILogger logger, TrainingEvent told)
    {
        switch (told)
        {
            case TrainingQueued queued:
                logger.Queued(told.Job, told.RunId, queued.Reason, queued.Position);
                break;
            case TrainingStarted started:
                logger.Started(told.Job, told.RunId, started.Attempt, started.Seed, started.NumberOfThreads);
                break;
            case TrainingEpoch epoch:
                logger.Epoch(told.Job, told.RunId, epoch.Epoch, epoch.Loss, epoch.Metric, epoch.ValidationLoss, epoch.ValidationMetric);
                break;
            case TrainingEvaluated evaluated:
                logger.Evaluated(told.Job, told.RunId, Text(evaluated.Candidate), evaluated.Current is { } current ? Text(current) : "nothing");
                if (evaluated.CurrentProblem is { } problem)
                {
                    logger.NotComparable(told.Job, told.RunId, problem);
                }

                break;
            case TrainingPublished published:
                logger.Published(told.Job, told.RunId, published.Version, published.Reason);
                break;
            case TrainingRejected rejected:
                logger.Rejected(told.Job, told.RunId, rejected.Reason);
                break;
            case TrainingCancelled cancelled:
                logger.Cancelled(told.Job, told.RunId, cancelled.Reason);
                break;
            case TrainingInterrupted interrupted:
                logger.Interrupted(told.Job, told.RunId, interrupted.WillGoOn);
                break;
        }
    }

    [LoggerMessage(100, LogLevel.Information, "Training '{Job}' was queued behind {Position} others ({Reason}); run {Run}.", EventName = "TrainingQueued")]
    public static partial void Queued(this ILogger logger, string job, string run, string reason, int position);

    [LoggerMessage(101, LogLevel.Information, "Training '{Job}' began: attempt {Attempt}, seed {Seed}, {Threads} threads; run {Run}.", EventName = "TrainingStarted")]
    public static partial void Started(this ILogger logger, string job, string run, int attempt, int seed, int threads);

    [LoggerMessage(102, LogLevel.Debug, "Training '{Job}', epoch {Epoch}: loss {Loss}, metric {Metric}, validation loss {ValidationLoss}, validation metric {ValidationMetric}; run {Run}.", EventName = "TrainingEpoch")]
    public static partial void Epoch(this ILogger logger, string job, string run, int epoch, double? loss, double? metric, double? validationLoss, double? validationMetric);

    [LoggerMessage(103, LogLevel.Information, "Training '{Job}': the new model has {Candidate} on held-out rows, the current one {Current}; run {Run}.", EventName = "TrainingEvaluated")]
    public static partial void Evaluated(this ILogger logger, string job, string run, string candidate, string current);

    [LoggerMessage(104, LogLevel.Warning, "Training '{Job}': the current model can't be compared with the new one. {Problem} Run {Run}.", EventName = "CurrentModelNotComparable")]
    public static partial void NotComparable(this ILogger logger, string job, string run, string problem);

    [LoggerMessage(105, LogLevel.Information, "Training '{Job}' published version {Version}: {Reason}; run {Run}.", EventName = "TrainingPublished")]
    public static partial void Published(this ILogger logger, string job, string run, int version, string reason);

    [LoggerMessage(106, LogLevel.Warning, "Training '{Job}' did not publish its model: {Reason}; run {Run}.", EventName = "TrainingRejected")]
    public static partial void Rejected(this ILogger logger, string job, string run, string reason);

    [LoggerMessage(107, LogLevel.Error, "Training '{Job}' failed: {Reason} Run {Run}.", EventName = "TrainingFailed")]
    public static partial void Failed(this ILogger logger, Exception? exception, string job, string run, string reason);

    [LoggerMessage(108, LogLevel.Information, "Training '{Job}' was cancelled: {Reason}; run {Run}.", EventName = "TrainingCancelled")]
    public static partial void Cancelled(this ILogger logger, string job, string run, string reason);

    [LoggerMessage(109, LogLevel.Information, "Training '{Job}' was interrupted by the end of the service; it goes on at the next start: {WillGoOn}; run {Run}.", EventName = "TrainingInterrupted")]
    public static partial void Interrupted(this ILogger logger, string job, string run, bool willGoOn);

    [LoggerMessage(110, LogLevel.Warning, "Training '{Job}': its checkpoint can't be used, and it starts anew. {Reason} Run {Run}.", EventName = "CheckpointRefused")]
    public static partial void CheckpointRefused(this ILogger logger, string job, string run, string reason);

    [LoggerMessage(111, LogLevel.Warning, "There is no training job '{Job}' any more: run {Run}, which an earlier process left, is dropped.", EventName = "UnknownTrainingJob")]
    public static partial void UnknownJob(this ILogger logger, string job, string run);

    [LoggerMessage(112, LogLevel.Warning, "'{File}' makes no sense or can't be read, is moved aside as '.damaged' and begun anew: {Reason}", EventName = "TrainingStateDamaged")]
    public static partial void StateDamaged(this ILogger logger, string file, string reason);

    [LoggerMessage(113, LogLevel.Error, "'{File}' can't be written, so that a restart will not know of what has changed: {Reason}", EventName = "TrainingStateNotWritten")]
    public static partial void StateNotWritten(this ILogger logger, string file, string reason);

    [LoggerMessage(114, LogLevel.Information, "Training '{Job}' is not queued again by {Trigger}: a run of it waits or runs.", EventName = "TriggerSkipped")]
    public static partial void TriggerSkipped(this ILogger logger, string job, string trigger);

    [LoggerMessage(115, LogLevel.Warning, "Training '{Job}' could not be queued by {Trigger}: {Reason}", EventName = "TriggerRefused")]
    public static partial void TriggerRefused(this ILogger logger, string job, string trigger, string reason);

    [LoggerMessage(116, LogLevel.Information, "Training '{Job}': the schedule '{Cron}' missed {Time}; by its rule, {Missed}.", EventName = "ScheduleMissed")]
    public static partial void ScheduleMissed(this ILogger logger, string job, string cron, DateTimeOffset time, MissedRuns missed);

    [LoggerMessage(117, LogLevel.Warning, "Training '{Job}': the clock went back to {Now}, from after {Last}; the schedule '{Cron}' goes by the new time.", EventName = "ClockWentBack")]
    public static partial void ClockWentBack(this ILogger logger, string job, string cron, DateTimeOffset now, DateTimeOffset last);

    [LoggerMessage(118, LogLevel.Warning, "Training '{Job}': the watched file '{File}' can't be read, and is tried again: {Reason}", EventName = "WatchedFileNotRead")]
    public static partial void WatchedFileNotRead(this ILogger logger, string job, string file, string reason);

    [LoggerMessage(119, LogLevel.Information, "Training '{Job}': its model is version {Version} already, from before the process ended; run {Run}.", EventName = "TrainingPublishedBefore")]
    public static partial void PublishedBefore(this ILogger logger, string job, string run, int version);

    [LoggerMessage(120, LogLevel.Information, "Nothing of the training is kept over a restart: GradientTrainingOptions.StateFolder is not set.", EventName = "TrainingStateNotKept")]
    public static partial void StateNotKept(this ILogger logger);

    [LoggerMessage(121, LogLevel.Information, "Training '{Job}' goes on from its checkpoint; run {Run}.", EventName = "TrainingGoesOn")]
    public static partial void GoesOn(this ILogger logger, string job, string run);

    private static string Text(IReadOnlyDictionary<string, double> metrics) => metrics.Count == 0 ? "no metric" : string.Join(", ", metrics.Select(metric => FormattableString.Invariant($"{metric.Key} {metric.Value:G5}")));
}
