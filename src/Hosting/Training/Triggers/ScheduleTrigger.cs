using System.Globalization;
using Microsoft.Extensions.Logging;

namespace MLNet.GradientTrainers.Hosting;

/// <summary>Queues a job at the times of a schedule.</summary>
internal sealed class ScheduleTrigger(string job, TrainingSchedule schedule, TrainingQueue queue, TriggerMemory memory, TimeProvider time, ILogger logger) : ITrigger
{
    /// <summary>A clock that is set is noticed after this time.</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(1);

    /// <summary>A clock that goes back by more was wrong before, and times that are passed by it come again.</summary>
    private static readonly TimeSpan LargestStep = TimeSpan.FromDays(1);

    private readonly CronTimes _times = new(schedule);
    private readonly string _key = $"schedule {job} {schedule.Cron} {schedule.TimeZone.Id}";
    private readonly Trigger _trigger = new(job, queue, logger);
    private DateTimeOffset? _last;

    public TimeSpan? Step()
    {
        var last = _last ??= PassOverMissed();
        var now = time.GetUtcNow();
        if (now < last - LargestStep)
        {
            logger.ClockWentBack(job, schedule.Cron, now, last);
            last = Keep(now);
        }
        else if (_times.Next(last) <= now)
        {
            // Several times that have passed at once, because the clock was set or the machine slept, are one.
            last = Keep(now);
            Fire();
        }

        return _times.Next(last) is not { } next ? null : next - now < LongestWait ? next - now : LongestWait;
    }

    /// <summary>Deals with the times that have passed while the service did not run.</summary>
    private DateTimeOffset PassOverMissed()
    {
        var now = time.GetUtcNow();
        if (!DateTimeOffset.TryParse(memory[_key], CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind, out var last))
        {
            return Keep(now);
        }

        if (_times.Next(last) is not { } missed || missed > now)
        {
            return last;
        }

        logger.ScheduleMissed(job, schedule.Cron, missed, schedule.Missed);
        if (schedule.Missed == MissedRuns.RunOnce)
        {
            Fire();
        }

        return Keep(now);
    }

    private void Fire() => _trigger.Fire($"the schedule '{schedule.Cron}'", onlyWhenIdle: true);

    private DateTimeOffset Keep(DateTimeOffset last)
    {
        memory[_key] = last.ToString("O", CultureInfo.InvariantCulture);
        _last = last;
        return last;
    }
}
