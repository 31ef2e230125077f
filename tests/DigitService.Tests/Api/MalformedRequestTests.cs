using System.Net;
using System.Text;
using System.Text.Json;
using MLNet.GradientTrainers.DigitService.Tests.Support;

namespace MLNet.GradientTrainers.DigitService.Tests.Api;

/// <summary>A thousand requests that are right but for what chance did to them.</summary>
[TestClass]
public sealed class MalformedRequestTests
{
    private const int Requests = 1000;
    private static readonly string[] Types = ["application/json", "image/png", "multipart/form-data", "multipart/form-data; boundary=x", "text/html", "application/json; charset=utf-16", "image/png;;;", "*/*", ""];
    private static readonly string[] Paths = ["predict", "predict?explain=true", "predict?explain=%00", "train", "models/1/activate", "models", "health", "train/events", "predict/..", "%00", "openapi/v1.json"];
    private static readonly string[] Methods = ["POST", "POST", "POST", "POST", "PUT", "DELETE", "PATCH", "BREW"];

    [TestMethod]
    public async Task TheServiceStaysUpAndTellsNothing()
    {
        using DigitServer server = await DigitServer.CopyAsync();
        var random = new Random(20);
        byte[][] sound = await SoundAsync();
        var statuses = new SortedDictionary<int, int>();
        for (int i = 0; i < Requests; i++)
        {
            using HttpRequestMessage request = Request(random, sound);
            using HttpResponseMessage response = await server.Client.SendAsync(request);
            string text = await response.Content.ReadAsStringAsync();
            int status = (int)response.StatusCode;
            statuses[status] = statuses.GetValueOrDefault(status) + 1;
            string about = $"Request {i}, {request.Method} {request.RequestUri}: {status} {text[..Math.Min(300, text.Length)]}";
            Assert.IsTrue(status is >= 200 and < 500, about);
            Answers.AssertTellsNothing(text);
            if (status >= 400 && text.Length > 0)
            {
                Assert.AreEqual("application/problem+json", response.Content.Headers.ContentType?.MediaType, about);
                using var problem = JsonDocument.Parse(text);
                Assert.AreEqual(status, problem.RootElement.GetProperty("status").GetInt32(), about);
            }
        }

        // The mutations reach more than the first check, and some change nothing that matters.
        foreach (int status in new[] { 200, 400, 401, 404, 405, 415 })
        {
            Assert.IsTrue(statuses.ContainsKey(status), $"None was answered {status}: {string.Join(", ", statuses)}");
        }

        using var after = await server.Client.PostAsync("predict", Pictures.Content(Pictures.Png(7), "image/png"));
        StringAssert.Contains(await after.Content.ReadAsStringAsync(), "\"digit\":7");
    }

    private static HttpRequestMessage Request(Random random, byte[][] sound)
    {
        int kind = random.Next(sound.Length);
        bool isOther = random.Next(4) == 0;
        string path = isOther ? Paths[random.Next(Paths.Length)] : Paths[random.Next(2)];
        var method = new HttpMethod(isOther ? Methods[random.Next(Methods.Length)] : "POST");
        var request = new HttpRequestMessage(method, path) { Content = Pictures.Content(Mutated(sound[kind], random), random.Next(5) == 0 ? Types[random.Next(Types.Length)] : Kind(kind)) };
        if (random.Next(3) == 0)
        {
            request.Headers.TryAddWithoutValidation("X-Api-Key", random.Next(2) == 0 ? "wrong" : new string('k', random.Next(1000)));
        }

        if (random.Next(10) == 0)
        {
            request.Headers.TryAddWithoutValidation("Accept", "text/;q=x,,\"*");
        }

        return request;
    }

    private static string Kind(int kind) => kind switch { 0 => "application/json", 1 => "image/png", _ => "multipart/form-data; boundary=x" };

    /// <summary>A few bytes changed, put in, taken out or doubled, or the end cut off.</summary>
    private static byte[] Mutated(byte[] sound, Random random)
    {
        List<byte> body = [.. sound];
        for (int changes = random.Next(1, 6); changes > 0 && body.Count > 1; changes--)
        {
            int at = random.Next(3) == 0 ? random.Next(Math.Min(64, body.Count)) : random.Next(body.Count);
            int length = Math.Min(random.Next(1, 40), body.Count - at);
            switch (random.Next(6))
            {
                case 0:
                    body[at] = (byte)random.Next(256);
                    break;
                case 1:
                    body[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 2:
                    body.RemoveRange(at, length);
                    break;
                case 3:
                    body.InsertRange(at, body.GetRange(at, length));
                    break;
                case 4:
                    body.InsertRange(at, Encoding.UTF8.GetBytes(new[] { "\0", "1e999", "-", "null", "[[[[", "\"", "{}", "\ud7ff", "NaN" }[random.Next(9)]));
                    break;
                default:
                    body.RemoveRange(at, body.Count - at);
                    break;
            }
        }

        return [.. body];
    }

    private static async Task<byte[][]> SoundAsync()
    {
        byte[] png = Drawing.InkPen.Png(Drawing.InkPen.Ink(Drawing.DrawnDigit.Of(4, 1), 40), 40);
        using var form = new MultipartFormDataContent("x") { { new ByteArrayContent(png), "one", "one.png" }, { new ByteArrayContent(png), "two", "two.png" } };
        return [JsonSerializer.SerializeToUtf8Bytes(new { images = new[] { Pictures.Numbers(4) }, explain = true }), png, await form.ReadAsByteArrayAsync()];
    }
}
