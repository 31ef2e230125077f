using Microsoft.Extensions.Logging;

namespace MLNet.GradientTrainers.Hosting;

/// <summary>Queues a job on behalf of no caller.</summary>
internal sealed class Trigger(string job, TrainingQueue queue, ILogger logger)
{
    /// <summary>Queues the job.</summary>
    /// <param name="reason">What made it.</param>
    /// <returns>Whether a run of it is queued now.</returns>
    public bool Fire(string reason)
    {
        try
        {
            queue.Enqueue(job, new TrainingRequest { Reason = reason });
            return true;
        }
        catch (TrainingRefusedException exception)
        {
            if (exception.Refusal == TrainingRefusal.QueueFull)
            {
                logger.TriggerRefused(job, reason, exception.Message);
            }

            return exception.Refusal == TrainingRefusal.AlreadyQueued;
        }
    }
}
