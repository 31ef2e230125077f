using Microsoft.OpenApi;
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
        .AddOpenApiOperationTransformer((operation, _, _) =>
        {
            DescribePictures(operation);
            return Task.CompletedTask;
        })
        .Produces<PredictResponse>()
        .ProducesProblem(StatusCodes.Status400BadRequest)
        .ProducesProblem(StatusCodes.Status413PayloadTooLarge)
        .ProducesProblem(StatusCodes.Status415UnsupportedMediaType)
        .ProducesProblem(StatusCodes.Status429TooManyRequests)
        .ProducesProblem(StatusCodes.Status503ServiceUnavailable);

    /// <summary>The document is made from types, of which pictures have none: their bodies are told here, and the query that goes with them.</summary>
    private static void DescribePictures(OpenApiOperation operation)
    {
        OpenApiSchema picture = new() { Type = JsonSchemaType.String, Format = "binary", Description = "A PNG picture of one digit." };
        var bodies = operation.RequestBody!.Content!;
        bodies[PredictRequestReader.Png] = new OpenApiMediaType { Schema = picture };
        bodies[PredictRequestReader.Form] = new OpenApiMediaType
        {
            Schema = new OpenApiSchema { Type = JsonSchemaType.Object, AdditionalProperties = picture, Description = "A file for each picture, under any names." },
        };
        operation.Parameters =
        [
            new OpenApiParameter
            {
                Name = "explain",
                In = ParameterLocation.Query,
                Schema = new OpenApiSchema { Type = JsonSchemaType.Boolean },
                Description = "With pictures: true answers also with the image that the network saw and what it looked at. Numbers in JSON have a property for it.",
            },
        ];
    }
}
