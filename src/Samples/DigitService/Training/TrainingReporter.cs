using MLNet.GradientTrainers.DigitService.Models;
using MLNet.GradientTrainers.Hosting;

namespace MLNet.GradientTrainers.DigitService.Training;

/// <summary>Brings what the training queue tells to the board. A published model serves before the board tells of it.</summary>
internal sealed class TrainingReporter(ITrainingQueue queue, TrainingBoard board, IGradientModel<DigitInput, DigitOutput> model, ILogger<TrainingReporter> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await foreach (TrainingEvent told in queue.ReadEventsAsync(after: 0, stoppingToken))
            {
                if (told is TrainingPublished)
                {
                    await model.ReloadAsync(stoppingToken);
                }

                board.Tell(told);
            }
        }
        catch (OperationCanceledException)
        {
            // The service ends.
        }
        catch (Exception e)
        {
            logger.LogCritical(e, "The page is told no more of trainings; the service ends.");
            throw;
        }
    }
}
