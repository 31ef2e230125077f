using MLNet.GradientTrainers.DigitService.Api;

namespace MLNet.GradientTrainers.DigitService.Security;

/// <summary>Lets only callers with the key reach an endpoint.</summary>
internal sealed class ApiKeyFilter(ApiKey key) : IEndpointFilter
{
    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        HttpContext http = context.HttpContext;
        if (key.Matches(http.Request.Headers[ApiKey.Header].ToString()))
        {
            return await next(context);
        }

        http.Response.Headers.WWWAuthenticate = "ApiKey";
        return Problems.Of(
            StatusCodes.Status401Unauthorized,
            http.Request.Headers.ContainsKey(ApiKey.Header)
                ? $"The key in the header {ApiKey.Header} is not the service's."
                : $"This call needs the service's key in the header {ApiKey.Header}. It is printed when the service starts, or set in its configuration.");
    }
}
