using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http.HttpResults;

namespace MLNet.GradientTrainers.DigitService.Api;

/// <summary>Answers to what cannot be done, as problem details (RFC 9457): what was wrong and what to do, and nothing of the inside.</summary>
internal static class Problems
{
    public static ProblemHttpResult Of(int status, string detail) => TypedResults.Problem(detail, statusCode: status);

    public static ProblemHttpResult Of(RequestException refusal) => Of(refusal.Status, refusal.Message);

    /// <summary>Says what to do about refusals that come from the framework, which have a status alone.</summary>
    public static void Explain(ProblemDetailsContext context) => context.ProblemDetails.Detail ??= context.ProblemDetails.Status switch
    {
        StatusCodes.Status404NotFound => "There is nothing here. /openapi/v1.json lists the calls.",
        StatusCodes.Status405MethodNotAllowed => "This call is not made by that method. /openapi/v1.json lists the calls.",
        StatusCodes.Status415UnsupportedMediaType => "This call does not take bodies of that media type. /openapi/v1.json lists those that it takes; POST /predict takes application/json, image/png and multipart/form-data.",
        _ => null,
    };
}

/// <summary>A request that is refused: thrown by what reads requests, answered with its status.</summary>
internal sealed class RequestException(int status, string message) : Exception(message)
{
    public int Status { get; } = status;
}

/// <summary>Answers with problem details whatever an endpoint throws.</summary>
internal sealed class ProblemHandler(ILogger<ProblemHandler> logger) : IExceptionHandler
{
    public async ValueTask<bool> TryHandleAsync(HttpContext context, Exception exception, CancellationToken cancellationToken)
    {
        if (context.RequestAborted.IsCancellationRequested)
        {
            return true;
        }

        var answer = exception switch
        {
            RequestException refusal => Problems.Of(refusal),
            BadHttpRequestException { StatusCode: var status } => Problems.Of(status, status == StatusCodes.Status413PayloadTooLarge ? "The request's body is too large." : "The request cannot be read."),
            _ => Problems.Of(StatusCodes.Status500InternalServerError, "The service failed; its log tells why."),
        };
        if (answer.StatusCode == StatusCodes.Status500InternalServerError)
        {
            logger.LogError(exception, "{Method} {Path} failed.", context.Request.Method, context.Request.Path);
        }

        await answer.ExecuteAsync(context);
        return true;
    }
}
