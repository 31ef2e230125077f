using System.Net.Http.Headers;
using MLNet.GradientTrainers.DigitService.Tests.Drawing;

namespace MLNet.GradientTrainers.DigitService.Tests.Support;

/// <summary>Pictures of drawn digits, as requests carry them.</summary>
internal static class Pictures
{
    private const int Side = 160;

    /// <summary>A picture as the page sends it.</summary>
    public static byte[] Png(int digit, int seed = 0, bool isLight = false) => InkPen.Png(InkPen.Ink(DrawnDigit.Of(digit, seed), Side), Side, isLight);

    /// <summary>784 numbers from 0 to 255.</summary>
    public static float[] Numbers(int digit, int seed = 0) => [.. InkPen.Ink(DrawnDigit.Of(digit, seed), 28).Select(ink => MathF.Round(255 * ink))];

    /// <summary>A body with a media type.</summary>
    public static ByteArrayContent Content(byte[] body, string? type)
    {
        var content = new ByteArrayContent(body);
        content.Headers.TryAddWithoutValidation("content-type", type ?? "");
        return content;
    }

    /// <summary>A form with pictures.</summary>
    public static MultipartFormDataContent Form(params byte[][] pictures)
    {
        var form = new MultipartFormDataContent();
        foreach (byte[] picture in pictures)
        {
            var file = new ByteArrayContent(picture);
            file.Headers.ContentType = new MediaTypeHeaderValue("image/png");
            form.Add(file, "pictures", "digit.png");
        }

        return form;
    }
}
