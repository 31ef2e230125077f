using MLNet.GradientTrainers.DigitService.Models;
using MLNet.GradientTrainers.DigitService.Security;

namespace MLNet.GradientTrainers.DigitService.Api;

/// <summary><c>POST /predict</c>.</summary>
internal static class PredictEndpoints
{
    public static void MapPredictions(this IEndpointRouteBuilder routes) => routes
        .MapPost("/predict", async (HttpRequest request, PredictRequestReader requests, DigitReader digits) =>
        {
            ReadImages read = await requests.ReadAsync(request);
            return TypedResults.Ok(await digits.ReadAsync(read.Images, read.Explain, request.HttpContext.RequestAborted));
        })
        .RequireRateLimiting(RateLimits.Predictions)
        .WithTags("Predictions").WithName("Predict")
        .WithSummary("Reads digits.")
        .WithDescription("Takes images as numbers, one PNG picture of any size as the body (with explain=true in the query to see what the network saw), or several as files of a form. Pictures may be dark on light or light on dark.")
        .Accepts<PredictRequest>(PredictRequestReader.Json, PredictRequestReader.Png, PredictRequestReader.Form)
        .Produces<PredictResponse>()
        .ProducesProblem(StatusCodes.Status400BadRequest)
        .ProducesProblem(StatusCodes.Status413PayloadTooLarge)
        .ProducesProblem(StatusCodes.Status415UnsupportedMediaType)
        .ProducesProblem(StatusCodes.Status429TooManyRequests)
        .ProducesProblem(StatusCodes.Status503ServiceUnavailable);
}
