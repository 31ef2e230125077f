using System.Globalization;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.Options;
using MLNet.GradientTrainers.DigitService.Api;

namespace MLNet.GradientTrainers.DigitService.Security;

/// <summary>How often one address may ask; what exceeds it is answered 429, with the time to wait where it is known.</summary>
internal static class RateLimits
{
    /// <summary>Of predictions: so many a second.</summary>
    public const string Predictions = "predictions";

    /// <summary>Of calls that need the key: few a minute, so that no key is found by trying.</summary>
    public const string Writes = "writes";

    /// <summary>Of streams of events: so many at once.</summary>
    public const string Streams = "streams";

    public static IServiceCollection AddRateLimits(this IServiceCollection services) => services.AddRateLimiter(limiter =>
    {
        limiter.AddPolicy(Predictions, context => RateLimitPartition.GetTokenBucketLimiter(Address(context), _ =>
        {
            int rate = Limits(context).PredictionsPerSecond;
            return new TokenBucketRateLimiterOptions { TokenLimit = rate, TokensPerPeriod = Math.Max(1, rate / 4), ReplenishmentPeriod = TimeSpan.FromSeconds(0.25) };
        }));
        limiter.AddPolicy(Writes, context => RateLimitPartition.GetFixedWindowLimiter(
            Address(context), _ => new FixedWindowRateLimiterOptions { PermitLimit = Limits(context).WritesPerMinute, Window = TimeSpan.FromMinutes(1) }));
        limiter.AddPolicy(Streams, context => RateLimitPartition.GetConcurrencyLimiter(
            "", _ => new ConcurrencyLimiterOptions { PermitLimit = Limits(context).EventStreams }));
        limiter.OnRejected = async (context, _) =>
        {
            if (context.Lease.TryGetMetadata(MetadataName.RetryAfter, out TimeSpan wait))
            {
                context.HttpContext.Response.Headers.RetryAfter = Math.Max(1, Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
            }

            await Problems.Of(StatusCodes.Status429TooManyRequests, "Too many requests at once. Wait a moment, and send several images in one request.").ExecuteAsync(context.HttpContext);
        };
    });

    private static string Address(HttpContext context) => $"{context.Connection.RemoteIpAddress}";

    private static DigitLimits Limits(HttpContext context) => context.RequestServices.GetRequiredService<IOptions<DigitServiceOptions>>().Value.Limits;
}
