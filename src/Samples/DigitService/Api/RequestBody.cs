using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace MLNet.GradientTrainers.DigitService.Api;

/// <summary>Reads a request's body whole, up to a limit.</summary>
internal static class RequestBody
{
    /// <summary>Reads the body.</summary>
    /// <exception cref="RequestException">It has more bytes: 413.</exception>
    public static async Task<byte[]> ReadAsync(HttpRequest request, int most)
    {
        if (request.ContentLength > most)
        {
            throw TooLarge(most);
        }

        using var content = new MemoryStream((int)(request.ContentLength ?? 0));
        byte[] buffer = new byte[1 << 14];
        for (int count; (count = await request.Body.ReadAsync(buffer, request.HttpContext.RequestAborted)) > 0;)
        {
            if (content.Length + count > most)
            {
                throw TooLarge(most);
            }

            content.Write(buffer, 0, count);
        }

        return content.ToArray();
    }

    /// <summary>The media type without parameters, in lower case; empty when there is none.</summary>
    public static string MediaType(HttpRequest request) =>
        MediaTypeHeaderValue.TryParse(new StringSegment(request.ContentType), out var type) ? type.MediaType.ToString().ToLowerInvariant() : "";

    private static RequestException TooLarge(int most) =>
        new(StatusCodes.Status413PayloadTooLarge, $"The request's body has more than {most} bytes. Send fewer or smaller images.");
}
