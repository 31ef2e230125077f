using Microsoft.AspNetCore.Http.HttpResults;
using MLNet.GradientTrainers.DigitService.Models;
using MLNet.GradientTrainers.DigitService.Security;
using MLNet.GradientTrainers.DigitService.Training;
using MLNet.GradientTrainers.Hosting;

namespace MLNet.GradientTrainers.DigitService.Api;

/// <summary>A version of the model.</summary>
/// <param name="Version">Its number.</param>
/// <param name="IsCurrent">Whether it serves.</param>
/// <param name="PublishedAt">When it had learned.</param>
/// <param name="Fingerprint">What answers to predictions call the version.</param>
/// <param name="Accuracy">Share of the held-out digits that it read right; null for unknown.</param>
/// <param name="Bytes">Length of its file.</param>
/// <param name="Settings">How it was trained, in a line.</param>
public sealed record ModelView(int Version, bool IsCurrent, DateTimeOffset PublishedAt, string Fingerprint, double? Accuracy, long Bytes, string? Settings);

/// <summary>The versions of the model.</summary>
/// <param name="Models">The newest first.</param>
public sealed record ModelList(IReadOnlyList<ModelView> Models);

/// <summary><c>/models</c>: lists the versions, and makes one the one that serves.</summary>
internal static class ModelEndpoints
{
    private const int FingerprintLength = 12;

    public static void MapModels(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/models", ([FromKeyedServices(DigitTrainingJob.Name)] ModelStore store) => new ModelList([.. store.List().Select(View)]))
            .WithTags("Models").WithName("Models").WithSummary("Lists the versions of the model, the newest first.");
        routes.MapPost("/models/{version:int}/activate", ActivateAsync)
            .RequireRateLimiting(RateLimits.Writes).AddEndpointFilter<ApiKeyFilter>().WithTags(ApiDocument.NeedsKey)
            .WithName("Activate").WithSummary("Makes a version the one that serves. No request is lost, and none is answered by two versions.")
            .ProducesProblem(StatusCodes.Status401Unauthorized).ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status409Conflict).ProducesProblem(StatusCodes.Status429TooManyRequests);
    }

    private static async Task<Results<Ok<ModelView>, ProblemHttpResult>> ActivateAsync(
        int version, [FromKeyedServices(DigitTrainingJob.Name)] ModelStore store, IGradientModel<DigitInput, DigitOutput> model, TrainingBoard board, HttpContext context)
    {
        try
        {
            ModelVersion activated = store.Activate(version);

            // Now rather than when the watcher sees the file: whoever asks next is answered by this version.
            await model.ReloadAsync(context.RequestAborted);
            board.TellModels();
            return TypedResults.Ok(View(activated));
        }
        catch (ArgumentOutOfRangeException)
        {
            return Problems.Of(StatusCodes.Status404NotFound, $"There is no version {version}. GET /models lists those that there are.");
        }
        catch (InvalidDataException)
        {
            return Problems.Of(StatusCodes.Status409Conflict, $"Version {version} was damaged after it was published; the one that serves goes on.");
        }
    }

    private static ModelView View(ModelVersion version) => new(
        version.Number, version.IsCurrent, version.PublishedAt, version.Sha256[..FingerprintLength], version.Details.Metrics.TryGetValue(DigitTrainingJob.Accuracy, out double accuracy) && double.IsFinite(accuracy) ? accuracy : null, version.Length, version.Details.Settings);
}
