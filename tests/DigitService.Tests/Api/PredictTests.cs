using System.Net;
using System.Net.Http.Json;
using System.Text;
using MLNet.GradientTrainers.DigitService.Api;
using MLNet.GradientTrainers.DigitService.Tests.Support;

namespace MLNet.GradientTrainers.DigitService.Tests.Api;

[TestClass]
public sealed class PredictTests
{
    [TestMethod]
    public async Task NumbersAreRead()
    {
        PredictResponse answer = await AskAsync("predict", JsonContent.Create(new { images = new[] { Pictures.Numbers(7), Pictures.Numbers(3) }, explain = true }));
        CollectionAssert.AreEqual(new[] { 7, 3 }, answer.Predictions.Select(prediction => prediction.Digit).ToArray());
        foreach (DigitAnswer digit in answer.Predictions)
        {
            Assert.AreEqual(1, digit.Probabilities.Sum(), 1e-4);
            Assert.AreEqual(digit.Probabilities.Max(), digit.Probability);
            Assert.AreEqual(255, digit.Image!.Max());
            Assert.AreEqual(255, digit.Saliency!.Max());
            Assert.HasCount(784, digit.Image!);
            Assert.HasCount(784, digit.Saliency!);
        }
    }

    [TestMethod]
    public async Task AnImageIsTakenAsItIsWhenAsked()
    {
        float[] image = Pictures.Numbers(2, seed: 4);
        PredictResponse answer = await AskAsync("predict", JsonContent.Create(new { images = new[] { image }, center = false, explain = true }));
        CollectionAssert.AreEqual(image.Select(pixel => (int)pixel).ToArray(), answer.Predictions[0].Image);
        PredictResponse centred = await AskAsync("predict", JsonContent.Create(new { images = new[] { image }, explain = true }));
        CollectionAssert.AreNotEqual(answer.Predictions[0].Image, centred.Predictions[0].Image);
    }

    [TestMethod]
    public async Task APictureIsReadWhateverItsColours()
    {
        PredictResponse dark = await AskAsync("predict?explain=true", Pictures.Content(Pictures.Png(5), "image/png"));
        PredictResponse light = await AskAsync("predict?explain=true", Pictures.Content(Pictures.Png(5, isLight: true), "image/png"));
        Assert.AreEqual(5, dark.Predictions[0].Digit);
        Assert.IsLessThanOrEqualTo(2, dark.Predictions[0].Image!.Zip(light.Predictions[0].Image!, (a, b) => Math.Abs(a - b)).Max(), "But for the rounding of bytes it is the same ink.");
        Assert.IsNull((await AskAsync("predict", Pictures.Content(Pictures.Png(5), "image/png"))).Predictions[0].Image);
    }

    [TestMethod]
    public async Task AFormOfPicturesIsAnsweredAsEachAlone()
    {
        byte[][] pictures = [Pictures.Png(0), Pictures.Png(9), Pictures.Png(4, seed: 2)];
        PredictResponse together = await AskAsync("predict", Pictures.Form(pictures));
        for (int i = 0; i < pictures.Length; i++)
        {
            PredictResponse alone = await AskAsync("predict", Pictures.Content(pictures[i], "image/png"));
            Assert.AreEqual(together.Model, alone.Model);
            CollectionAssert.AreEqual(together.Predictions[i].Probabilities, alone.Predictions[0].Probabilities);
        }

        CollectionAssert.AreEqual(new[] { 0, 9, 4 }, together.Predictions.Select(prediction => prediction.Digit).ToArray());
    }

    [TestMethod]
    [DataRow("text/plain", "7", HttpStatusCode.UnsupportedMediaType, "application/json")]
    [DataRow("", "{}", HttpStatusCode.UnsupportedMediaType, "application/json")]
    [DataRow("application/json", "", HttpStatusCode.BadRequest, "line 1")]
    [DataRow("application/json", "{\"images\": [[1, 2", HttpStatusCode.BadRequest, "line 1")]
    [DataRow("application/json", "{\"images\": \"7\"}", HttpStatusCode.BadRequest, "784 numbers")]
    [DataRow("application/json", "null", HttpStatusCode.BadRequest, "no image")]
    [DataRow("application/json", "{\"images\": []}", HttpStatusCode.BadRequest, "no image")]
    [DataRow("application/json", "{\"images\": [null]}", HttpStatusCode.BadRequest, "Image 1 has 0 numbers")]
    [DataRow("application/json", "{\"images\": [[1, 2, 3]]}", HttpStatusCode.BadRequest, "Image 1 has 3 numbers")]
    [DataRow("image/png", "", HttpStatusCode.BadRequest, "not a PNG picture")]
    [DataRow("image/png", "GIF89a", HttpStatusCode.BadRequest, "not a PNG picture")]
    [DataRow("multipart/form-data", "", HttpStatusCode.BadRequest, "form")]
    [DataRow("multipart/form-data; boundary=x", "--x--", HttpStatusCode.BadRequest, "form")]
    public async Task WhatCannotBeReadIsRefusedWithWhatToDo(string type, string body, HttpStatusCode status, string words)
    {
        using var response = await (await DigitServer.TrainedAsync()).Client.PostAsync("predict", Pictures.Content(Encoding.UTF8.GetBytes(body), type));
        StringAssert.Contains(await Answers.AssertRefusedAsync(response, status), words);
    }

    [TestMethod]
    [DataRow(256f)]
    [DataRow(-1f)]
    [DataRow(1e30f)]
    public async Task NumbersOutOfRangeAreRefused(float value)
    {
        float[] image = Pictures.Numbers(1);
        image[28] = value;
        using var response = await (await DigitServer.TrainedAsync()).Client.PostAsync("predict", JsonContent.Create(new { images = new[] { image } }));
        StringAssert.Contains(await Answers.AssertRefusedAsync(response, HttpStatusCode.BadRequest), "Number 29 of image 1");
    }

    [TestMethod]
    public async Task BlankImagesAreRefused()
    {
        var client = (await DigitServer.TrainedAsync()).Client;
        using var numbers = await client.PostAsync("predict", JsonContent.Create(new { images = new[] { Pictures.Numbers(1), new float[784] } }));
        StringAssert.Contains(await Answers.AssertRefusedAsync(numbers, HttpStatusCode.BadRequest), "image 2 is blank");
        using var picture = await client.PostAsync("predict", Pictures.Content(Drawing.InkPen.Png(new float[400], 20), "image/png"));
        StringAssert.Contains(await Answers.AssertRefusedAsync(picture, HttpStatusCode.BadRequest), "picture is blank");
    }

    [TestMethod]
    public async Task TooMuchIsRefused()
    {
        using DigitServer server = DigitServer.Empty(("Limits:BodyBytes", "20000"), ("Limits:Images", "2"));
        string three = $"{{\"images\": [{string.Join(", ", Enumerable.Repeat($"[{string.Join(',', new int[784])}]", 3))}]}}";
        using var images = await server.Client.PostAsync("predict", Pictures.Content(Encoding.UTF8.GetBytes(three), "application/json"));
        StringAssert.Contains(await Answers.AssertRefusedAsync(images, HttpStatusCode.RequestEntityTooLarge), "3 images");
        using var body = await server.Client.PostAsync("predict", Pictures.Content(new byte[20_001], "image/png"));
        StringAssert.Contains(await Answers.AssertRefusedAsync(body, HttpStatusCode.RequestEntityTooLarge), "20000 bytes");

        // Without a length in its header.
        using var request = new HttpRequestMessage(HttpMethod.Post, "predict") { Content = Pictures.Content(new byte[20_001], "image/png") };
        request.Headers.TransferEncodingChunked = true;
        using var chunked = await server.Client.SendAsync(request);
        await Answers.AssertRefusedAsync(chunked, HttpStatusCode.RequestEntityTooLarge);
    }

    /// <summary>A few kilobytes that would take a minute to unpack.</summary>
    [TestMethod]
    public async Task PicturesThatAreTooLargeTogetherAreRefusedBeforeAnyIsUnpacked()
    {
        using DigitServer server = DigitServer.Empty(("Limits:Pixels", "1000"));
        byte[] picture = Drawing.InkPen.Png(new float[400], 20);
        using MultipartFormDataContent three = Pictures.Form(picture, picture, picture);
        using var together = await server.Client.PostAsync("predict", three);
        StringAssert.Contains(await Answers.AssertRefusedAsync(together, HttpStatusCode.RequestEntityTooLarge), "1200 pixels together; at most 1000");
        using MultipartFormDataContent two = Pictures.Form(picture, picture);
        using var fewer = await server.Client.PostAsync("predict", two);
        StringAssert.Contains(await Answers.AssertRefusedAsync(fewer, HttpStatusCode.BadRequest), "picture 1 is blank");
        using var one = await server.Client.PostAsync("predict", Pictures.Content(Drawing.InkPen.Png(new float[1024], 32), "image/png"));
        StringAssert.Contains(await Answers.AssertRefusedAsync(one, HttpStatusCode.RequestEntityTooLarge), "1024 pixels");
    }

    /// <summary>The answer is there; only what the network looked at is not.</summary>
    [TestMethod]
    public async Task AVersionWhoseFileIsDamagedAnswersWithoutAMap()
    {
        using DigitServer server = await DigitServer.CopyAsync();
        foreach (string file in Directory.GetFiles(Path.Combine(server.Folder, "models", "versions"), "*.zip"))
        {
            await File.WriteAllTextAsync(file, "no model");
        }

        using var response = await server.Client.PostAsync("predict?explain=true", Pictures.Content(Pictures.Png(7), "image/png"));
        string text = await response.Content.ReadAsStringAsync();
        Assert.AreEqual(HttpStatusCode.OK, response.StatusCode, text);
        StringAssert.Contains(text, "\"digit\":7");
        Assert.DoesNotContain("saliency", text);
    }

    [TestMethod]
    public async Task WithoutAModelTheAnswerIsToWait()
    {
        using DigitServer server = DigitServer.Empty();
        using var response = await server.Client.PostAsync("predict", Pictures.Content(Pictures.Png(1), "image/png"));
        StringAssert.Contains(await Answers.AssertRefusedAsync(response, HttpStatusCode.ServiceUnavailable), "no model yet");
        Assert.IsEmpty(await server.ModelsAsync());
        using var health = await server.Client.GetAsync("health");
        Assert.AreEqual(HttpStatusCode.ServiceUnavailable, health.StatusCode);
    }

    [TestMethod]
    public async Task WhoAsksTooOftenWaits()
    {
        using DigitServer server = DigitServer.Empty(("Limits:PredictionsPerSecond", "3"));
        var statuses = new List<HttpStatusCode>();
        HttpResponseMessage? refused = null;
        for (int i = 0; i < 50 && refused is null; i++)
        {
            var response = await server.Client.PostAsync("predict", Pictures.Content([], "image/png"));
            statuses.Add(response.StatusCode);
            refused = response.StatusCode == HttpStatusCode.TooManyRequests ? response : null;
        }

        Assert.IsNotNull(refused, string.Join(' ', statuses));
        StringAssert.Contains(await Answers.AssertRefusedAsync(refused, HttpStatusCode.TooManyRequests), "Too many");
        Assert.IsGreaterThanOrEqualTo(TimeSpan.FromSeconds(1), refused.Headers.RetryAfter!.Delta!.Value);
    }

    private static async Task<PredictResponse> AskAsync(string path, HttpContent content)
    {
        using var response = await (await DigitServer.TrainedAsync()).Client.PostAsync(path, content);
        Assert.AreEqual(HttpStatusCode.OK, response.StatusCode, await response.Content.ReadAsStringAsync());
        return (await response.Content.ReadFromJsonAsync<PredictResponse>())!;
    }
}
