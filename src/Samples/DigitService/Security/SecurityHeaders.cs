namespace MLNet.GradientTrainers.DigitService.Security;

/// <summary>Headers that keep a browser from running, framing, guessing or telling on more than the page itself.</summary>
internal static class SecurityHeaders
{
    // The page draws its images into canvases: neither data: nor inline code or style is needed.
    private const string Policy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    public static IApplicationBuilder UseSecurityHeaders(this IApplicationBuilder app) => app.Use((context, next) =>
    {
        context.Response.OnStarting(() =>
        {
            IHeaderDictionary headers = context.Response.Headers;
            headers.ContentSecurityPolicy = Policy;
            headers.XContentTypeOptions = "nosniff";
            headers.XFrameOptions = "DENY";
            headers["Referrer-Policy"] = "no-referrer";
            headers["Permissions-Policy"] = "camera=(), microphone=(), geolocation=()";
            headers["Cross-Origin-Opener-Policy"] = "same-origin";
            headers["Cross-Origin-Resource-Policy"] = "same-origin";

            // A page, or an answer, of today's service: asked for again each time, sent again only when it changed.
            headers.CacheControl = "no-cache";
            return Task.CompletedTask;
        });
        return next(context);
    });
}
