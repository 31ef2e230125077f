using System.IO.Compression;
using System.Net.Http.Json;
using MLNet.GradientTrainers.DigitService.Api;
using MLNet.GradientTrainers.DigitService.Tests.Drawing;
using MLNet.GradientTrainers.DigitService.Tests.Support;

namespace MLNet.GradientTrainers.DigitService.Tests.Api;

/// <summary>
/// How well digits are read that nobody drew when the embedded ones were made. The model of the tests learns 5,000 digits for five epochs; the service's own learns more and longer.
/// </summary>
[TestClass]
public sealed class RecognitionTests
{
    private const int Hands = 12;

    [TestMethod]
    public async Task DrawnDigitsAreRead()
    {
        var wrong = new List<string>();
        for (int digit = 0; digit < 10; digit++)
        {
            int expected = digit;
            PredictResponse answer = await AskAsync([.. Enumerable.Range(0, Hands).Select(hand => Pictures.Png(expected, hand))]);
            wrong.AddRange(answer.Predictions.Select((prediction, hand) => (prediction, hand)).Where(each => each.prediction.Digit != expected)
                .Select(each => $"{expected} by hand {each.hand} was read as {each.prediction.Digit} ({each.prediction.Probability:0.00})"));
        }

        Console.WriteLine($"{(10 * Hands) - wrong.Count} of {10 * Hands} right. {string.Join("; ", wrong)}");
        Assert.IsLessThanOrEqualTo(6, wrong.Count, string.Join("; ", wrong));
    }

    [TestMethod]
    public async Task RealHandwritingIsReadThroughPictures()
    {
        const int Count = 640;
        byte[] images = Unpacked("t10k-images-idx3-ubyte.gz", 16);
        byte[] labels = Unpacked("t10k-labels-idx1-ubyte.gz", 8);
        int right = 0;
        for (int first = 0; first < Count; first += 64)
        {
            PredictResponse answer = await AskAsync([.. Enumerable.Range(first, 64).Select(i => InkPen.Png(Array.ConvertAll(images[(i * 784)..((i + 1) * 784)], pixel => pixel / 255f), 28, isLight: true))]);
            right += answer.Predictions.Where((prediction, i) => prediction.Digit == labels[first + i]).Count();
        }

        Console.WriteLine($"{right} of {Count} of MNIST's test images right.");
        Assert.IsGreaterThan(0.75 * Count, right);
    }

    private static byte[] Unpacked(string name, int skip)
    {
        using var file = new GZipStream(File.OpenRead(RealMnist.FileOrSkip(name)), CompressionMode.Decompress);
        using var content = new MemoryStream();
        file.CopyTo(content);
        return content.ToArray()[skip..];
    }

    private static async Task<PredictResponse> AskAsync(byte[][] pictures)
    {
        using var response = await (await DigitServer.TrainedAsync()).Client.PostAsync("predict", Pictures.Form(pictures));
        return (await response.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<PredictResponse>())!;
    }
}
