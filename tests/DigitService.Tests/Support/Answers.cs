using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace MLNet.GradientTrainers.DigitService.Tests.Support;

/// <summary>What answers of the service must be like.</summary>
internal static partial class Answers
{
    /// <summary>Fails unless the answer is a refusal with problem details, with this status, that tell what is wrong and nothing of the inside.</summary>
    /// <returns>What it tells.</returns>
    public static async Task<string> AssertRefusedAsync(HttpResponseMessage response, HttpStatusCode status)
    {
        string text = await response.Content.ReadAsStringAsync();
        Assert.AreEqual(status, response.StatusCode, text);
        Assert.AreEqual("application/problem+json", response.Content.Headers.ContentType?.MediaType, text);
        AssertTellsNothing(text);
        using var problem = JsonDocument.Parse(text);
        Assert.AreEqual((int)status, problem.RootElement.GetProperty("status").GetInt32());
        return problem.RootElement.TryGetProperty("detail", out var detail) ? detail.GetString()! : "";
    }

    /// <summary>Fails when an answer tells of files or of code.</summary>
    public static void AssertTellsNothing(string text) => Assert.IsFalse(Inside().IsMatch(text), text);

    [GeneratedRegex(@"   at |\.cs\b|\.zip|Exception|System\.|Microsoft\.|MLNet\.GradientTrainers\.[A-Z]|/tmp/|/home/|/usr/|/root/|[A-Z]:\\", RegexOptions.CultureInvariant)]
    private static partial Regex Inside();
}
