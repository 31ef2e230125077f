using Microsoft.Extensions.Logging;

namespace MLNet.GradientTrainers.Hosting;

/// <summary>Queues a job on behalf of no caller.</summary>
internal sealed class Trigger(string job, TrainingQueue queue, ILogger logger)
{
    /// <summary>Queues the job.</summary>
    /// <param name="reason">What made it.</param>
    /// <param name="onlyWhenIdle">Whether it is passed over where a run of the job runs or waits.</param>
    /// <returns>Whether a run of it is queued now.</returns>
    public bool Fire(string reason, bool onlyWhenIdle = false)
    {
        try
        {
            queue.Enqueue(job, new TrainingRequest { Reason = reason, OnlyWhenIdle = onlyWhenIdle });
            return true;
        }
        catch (TrainingRefusedException exception)
        {
            if (exception.Refusal == TrainingRefusal.QueueFull)
            {
                logger.TriggerRefused(job, reason, exception.Message);
            }
            else if (exception.Refusal == TrainingRefusal.Busy)
            {
                logger.TriggerSkipped(job, reason);
            }

            return exception.Refusal == TrainingRefusal.AlreadyQueued;
        }
    }
}
