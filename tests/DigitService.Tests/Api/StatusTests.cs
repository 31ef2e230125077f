using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using MLNet.GradientTrainers.DigitService.Tests.Support;

namespace MLNet.GradientTrainers.DigitService.Tests.Api;

/// <summary>What the service tells of itself, and what it sends along with everything.</summary>
[TestClass]
public sealed class StatusTests
{
    [TestMethod]
    public async Task TheDocumentTellsEachCallAndWhichOnesNeedTheKey()
    {
        string text = await (await DigitServer.TrainedAsync()).Client.GetStringAsync("openapi/v1.json");
        using var document = JsonDocument.Parse(text);
        JsonElement paths = document.RootElement.GetProperty("paths");
        string[] calls = [.. paths.EnumerateObject().SelectMany(path => path.Value.EnumerateObject().Select(call => $"{call.Name} {path.Name}{(call.Value.TryGetProperty("security", out _) ? " key" : "")}")).Order()];
        CollectionAssert.AreEqual(
            new[] { "delete /train key", "get /models", "get /train", "get /train/events", "post /models/{version}/activate key", "post /predict", "post /train key" }, calls);
        Assert.AreEqual("X-Api-Key", document.RootElement.GetProperty("components").GetProperty("securitySchemes").GetProperty("ApiKey").GetProperty("name").GetString());
        JsonElement bodies = paths.GetProperty("/predict").GetProperty("post").GetProperty("requestBody").GetProperty("content");
        CollectionAssert.AreEquivalent(new[] { "application/json", "image/png", "multipart/form-data" }, bodies.EnumerateObject().Select(body => body.Name).ToArray());
        Assert.AreEqual("binary", bodies.GetProperty("image/png").GetProperty("schema").GetProperty("format").GetString());
        Assert.AreEqual("binary", bodies.GetProperty("multipart/form-data").GetProperty("schema").GetProperty("additionalProperties").GetProperty("format").GetString());
        Assert.AreEqual("explain", paths.GetProperty("/predict").GetProperty("post").GetProperty("parameters").EnumerateArray().Single().GetProperty("name").GetString());
        Answers.AssertTellsNothing(text);
    }

    [TestMethod]
    public async Task MetricsCountPredictionsAndTrainings()
    {
        DigitServer server = await DigitServer.TrainedAsync();
        using var predicted = await server.Client.PostAsync("predict", Pictures.Content(Pictures.Png(1), "image/png"));
        Assert.AreEqual(HttpStatusCode.OK, predicted.StatusCode);
        string metrics = await server.Client.GetStringAsync("metrics");
        StringAssert.Contains(metrics, "mlnet_model_predictions");
        StringAssert.Contains(metrics, "mlnet_training_runs");
        StringAssert.Contains(metrics, "http_server_request_duration_seconds");
    }

    [TestMethod]
    public async Task HealthTellsOfTheModelAndTheTraining()
    {
        string text = await (await DigitServer.TrainedAsync()).Client.GetStringAsync("health");
        using var health = JsonDocument.Parse(text);
        Assert.AreEqual("Healthy", health.RootElement.GetProperty("status").GetString());
        Assert.AreEqual(2, health.RootElement.GetProperty("checks").EnumerateObject().Count());
    }

    [TestMethod]
    [DataRow("")]
    [DataRow("main.js")]
    [DataRow("models")]
    [DataRow("nothing-here")]
    public async Task EverythingCarriesTheHeadersOfSafety(string path)
    {
        using var response = await (await DigitServer.TrainedAsync()).Client.GetAsync(path);
        string policy = response.Headers.GetValues("Content-Security-Policy").Single();
        StringAssert.Contains(policy, "default-src 'none'");
        StringAssert.Contains(policy, "frame-ancestors 'none'");
        Assert.DoesNotContain("unsafe", policy);
        Assert.AreEqual("nosniff", response.Headers.GetValues("X-Content-Type-Options").Single());
        Assert.AreEqual("no-referrer", response.Headers.GetValues("Referrer-Policy").Single());
        Assert.IsFalse(response.Headers.Contains("Server"));
    }

    [TestMethod]
    public async Task ThePageHasNothingInlineAndAsksNobodyElse()
    {
        DigitServer server = await DigitServer.TrainedAsync();
        string page = await server.Client.GetStringAsync("");
        StringAssert.StartsWith(page, "<!doctype html>");
        Assert.DoesNotContain("style=", page);
        Assert.IsFalse(Regex.IsMatch(page, @"<script(?![^>]*\bsrc=)|\son\w+=|https?://"), "Nothing inline, nothing from elsewhere.");
        foreach (string file in new[] { "style.css", "main.js", "pad.js", "icon.svg" })
        {
            using var response = await server.Client.GetAsync(file);
            Assert.AreEqual(HttpStatusCode.OK, response.StatusCode, file);
        }
    }

    [TestMethod]
    public async Task OtherNamesForTheAddressAreRefused()
    {
        DigitServer server = await DigitServer.TrainedAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, "models") { Headers = { Host = "evil.example" } };
        using var response = await server.Client.SendAsync(request);
        Assert.AreEqual(HttpStatusCode.BadRequest, response.StatusCode);
    }

    [TestMethod]
    [DataRow("GET", "nothing-here", HttpStatusCode.NotFound)]
    [DataRow("GET", "../../appsettings.json", HttpStatusCode.NotFound)]
    [DataRow("GET", "..%2f..%2fdata/linear.csv", HttpStatusCode.NotFound)]
    [DataRow("GET", "predict", HttpStatusCode.MethodNotAllowed)]
    [DataRow("PUT", "train", HttpStatusCode.MethodNotAllowed)]
    public async Task WhatIsNotThereIsRefused(string method, string path, HttpStatusCode status)
    {
        using var response = await (await DigitServer.TrainedAsync()).Client.SendAsync(new HttpRequestMessage(new HttpMethod(method), path));
        await Answers.AssertRefusedAsync(response, status);
    }
}
