using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;
using MLNet.GradientTrainers.DigitService.Security;
using MLNet.GradientTrainers.DigitService.Training;
using MLNet.GradientTrainers.Hosting;

namespace MLNet.GradientTrainers.DigitService.Api;

/// <summary>What a training is to be like; all of it may be left out.</summary>
/// <param name="Epochs">Passes over the images, from 1 to 100; null for those of the configuration.</param>
public sealed record TrainRequest(int? Epochs = null);

/// <summary>A training that was taken on.</summary>
/// <param name="Id">Tells trainings apart.</param>
/// <param name="State"><c>queued</c> or <c>running</c>.</param>
public sealed record TrainAccepted(string Id, string State);

/// <summary>Trainings.</summary>
/// <param name="Epochs">Passes over the images unless a request says otherwise.</param>
/// <param name="Training">The last training; null before the first.</param>
public sealed record TrainState(int Epochs, TrainingView? Training);

/// <summary><c>/train</c>: starts and cancels trainings, and tells of them.</summary>
internal static class TrainEndpoints
{
    private const int MostEpochs = DigitTrainingOptions.MostEpochs;
    private static readonly JsonSerializerOptions Web = new(JsonSerializerDefaults.Web);

    public static void MapTraining(this IEndpointRouteBuilder routes)
    {
        RouteGroupBuilder train = routes.MapGroup("/train").WithTags("Training");
        train.MapGet("", (TrainingBoard board, IOptions<DigitServiceOptions> options) => new TrainState(options.Value.Training.Epochs, board.View))
            .WithName("Training").WithSummary("Tells of the last training.");
        train.MapGet("/events", (TrainingBoard board, HttpContext context, IHostApplicationLifetime lifetime) =>
            TypedResults.ServerSentEvents(board.WatchAsync(Ends(context, lifetime))))
            .RequireRateLimiting(RateLimits.Streams)
            .WithName("TrainingEvents").WithSummary("Tells of trainings as they go on: server-sent events.")
            .WithDescription("Begins with an event 'training', the last training as a whole, which also comes at each turn; 'progress' and 'epoch' tell what is added between; 'models' that the list of models changed.")
            .ProducesProblem(StatusCodes.Status429TooManyRequests);

        RouteGroupBuilder writes = train.MapGroup("").RequireRateLimiting(RateLimits.Writes).AddEndpointFilter<ApiKeyFilter>().WithTags(ApiDocument.NeedsKey)
            .ProducesProblem(StatusCodes.Status401Unauthorized).ProducesProblem(StatusCodes.Status429TooManyRequests);
        writes.MapPost("", StartAsync)
            .WithName("Train").WithSummary("Starts a training.")
            .Accepts<TrainRequest>(isOptional: true, PredictRequestReader.Json)
            .ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status409Conflict).ProducesProblem(StatusCodes.Status413PayloadTooLarge).ProducesProblem(StatusCodes.Status415UnsupportedMediaType);
        writes.MapDelete("", Cancel).WithName("CancelTraining").WithSummary("Cancels the training that runs, and those that wait.");
    }

    private static async Task<Results<Accepted<TrainAccepted>, ProblemHttpResult>> StartAsync(HttpRequest request, ITrainingQueue queue, IOptions<DigitServiceOptions> options)
    {
        int epochs = await EpochsAsync(request, options.Value) ?? options.Value.Training.Epochs;
        if (epochs is < 1 or > MostEpochs)
        {
            return Problems.Of(StatusCodes.Status400BadRequest, $"A training takes from 1 to {MostEpochs} epochs, not {epochs}.");
        }

        try
        {
            TrainingRun run = queue.Enqueue(DigitTrainingJob.Name, new TrainingRequest
            {
                Reason = "asked for over HTTP",
                OnlyWhenIdle = true,
                Parameters = new Dictionary<string, string> { [DigitTrainingJob.Epochs] = epochs.ToString(CultureInfo.InvariantCulture) },
            });
            return TypedResults.Accepted("/train", new TrainAccepted(run.Id, run.Status == TrainingStatus.Running ? "running" : "queued"));
        }
        catch (TrainingRefusedException refusal)
        {
            return refusal.Refusal == TrainingRefusal.Stopping
                ? Problems.Of(StatusCodes.Status503ServiceUnavailable, "The service is about to end.")
                : Problems.Of(StatusCodes.Status409Conflict, "A training is under way. Wait for its end, or cancel it.");
        }
    }

    private static NoContent Cancel(ITrainingQueue queue)
    {
        foreach (TrainingRun run in queue.Pending)
        {
            run.Cancel();
        }

        return TypedResults.NoContent();
    }

    private static async Task<int?> EpochsAsync(HttpRequest request, DigitServiceOptions options)
    {
        byte[] body = await RequestBody.ReadAsync(request, options.Limits.BodyBytes);
        if (body.Length == 0)
        {
            return null;
        }

        if (RequestBody.MediaType(request) != PredictRequestReader.Json)
        {
            throw new RequestException(StatusCodes.Status415UnsupportedMediaType, $"Send {PredictRequestReader.Json}, or nothing.");
        }

        try
        {
            return JsonSerializer.Deserialize<TrainRequest>(body, Web)?.Epochs;
        }
        catch (JsonException)
        {
            throw new RequestException(StatusCodes.Status400BadRequest, "The JSON cannot be read. Send {\"epochs\": 8}, or nothing.");
        }
    }

    /// <summary>A stream ends with its connection, and when the service is about to end: it would hold the service up otherwise.</summary>
    private static CancellationToken Ends(HttpContext context, IHostApplicationLifetime lifetime)
    {
        var source = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, lifetime.ApplicationStopping);
        context.Response.RegisterForDispose(source);
        return source.Token;
    }
}
