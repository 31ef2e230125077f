using Cronos;

namespace MLNet.GradientTrainers.Hosting;

/// <summary>The times of a schedule.</summary>
internal sealed class CronTimes(TrainingSchedule schedule)
{
    private readonly CronExpression _expression = Parse(schedule.Cron);

    /// <summary>What is wrong with a schedule, as the end of a sentence; null for nothing.</summary>
    public static string? Problem(TrainingSchedule schedule)
    {
        if (schedule.TimeZone is null)
        {
            return $"the schedule '{schedule.Cron}' has no time zone: leave it at UTC, or take TimeZoneInfo.FindSystemTimeZoneById(\"Europe/Berlin\").";
        }

        try
        {
            _ = Parse(schedule.Cron ?? "");
            return null;
        }
        catch (CronFormatException exception)
        {
            return $"the schedule '{schedule.Cron}' is no cron expression: {exception.Message.TrimEnd('.')}. It has five fields, minute, hour, day, month and day of the week, as in '0 3 * * *' for every day at three.";
        }
    }

    /// <summary>The first time behind another one; null when there is none.</summary>
    public DateTimeOffset? Next(DateTimeOffset after) =>
        _expression.GetNextOccurrence(after.UtcDateTime, schedule.TimeZone) is { } next ? new DateTimeOffset(next, TimeSpan.Zero) : null;

    private static CronExpression Parse(string text) =>
        CronExpression.Parse(text, text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Length == 6 ? CronFormat.IncludeSeconds : CronFormat.Standard);
}
