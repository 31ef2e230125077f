using System.Net;
using System.Net.Http.Json;
using System.Net.ServerSentEvents;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using MLNet.GradientTrainers.DigitService.Api;
using MLNet.GradientTrainers.DigitService.Tests.Support;
using MLNet.GradientTrainers.DigitService.Training;

namespace MLNet.GradientTrainers.DigitService.Tests.Api;

/// <summary>Calls that change something: trainings, and which version serves.</summary>
[TestClass]
public sealed class WriteTests
{
    private static readonly JsonSerializerOptions Web = new(JsonSerializerDefaults.Web);

    [TestMethod]
    [DataRow("POST", "train")]
    [DataRow("DELETE", "train")]
    [DataRow("POST", "models/1/activate")]
    public async Task TheyNeedTheKey(string method, string path)
    {
        using DigitServer server = DigitServer.Empty();
        using var without = await server.Client.SendAsync(new HttpRequestMessage(new HttpMethod(method), path));
        StringAssert.Contains(await Answers.AssertRefusedAsync(without, HttpStatusCode.Unauthorized), "X-Api-Key");
        foreach (string wrong in new[] { DigitServer.Key + "x", DigitServer.Key[..^1], "" })
        {
            using var request = new HttpRequestMessage(new HttpMethod(method), path);
            request.Headers.TryAddWithoutValidation("X-Api-Key", wrong);
            using var with = await server.Client.SendAsync(request);
            await Answers.AssertRefusedAsync(with, HttpStatusCode.Unauthorized);
        }

        Assert.IsNull((await server.Client.GetFromJsonAsync<TrainState>("train"))!.Training);
    }

    [TestMethod]
    public async Task WhoTriesKeysIsStopped()
    {
        using DigitServer server = DigitServer.Empty(("Limits:WritesPerMinute", "3"));
        int tries = 0;
        HttpResponseMessage response;
        do
        {
            response = await server.Client.DeleteAsync("train");
            tries++;
        }
        while (response.StatusCode == HttpStatusCode.Unauthorized && tries < 30);

        // Tries may span the turn of a minute, but not of ten.
        await Answers.AssertRefusedAsync(response, HttpStatusCode.TooManyRequests);
        Assert.IsGreaterThan(3, tries);
    }

    [TestMethod]
    public async Task ATrainingIsToldAsItGoesOnAndCancelled()
    {
        using DigitServer server = await DigitServer.CopyAsync();
        using var accepted = await server.WriteAsync(HttpMethod.Post, "train", new { epochs = 100 });
        Assert.AreEqual(HttpStatusCode.Accepted, accepted.StatusCode);
        string id = (await accepted.Content.ReadFromJsonAsync<TrainAccepted>())!.Id;
        using var second = await server.WriteAsync(HttpMethod.Post, "train", new { epochs = 1 });
        StringAssert.Contains(await Answers.AssertRefusedAsync(second, HttpStatusCode.Conflict), "under way");

        var kinds = new List<string>();
        TrainingView? last = null;
        double at = 0;
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(5));
        await using Stream stream = await server.Client.GetStreamAsync("train/events", patience.Token);
        await foreach (SseItem<string> item in SseParser.Create(stream).EnumerateAsync(patience.Token))
        {
            kinds.Add(item.EventType);
            switch (item.EventType)
            {
                case "training":
                    last = JsonSerializer.Deserialize<TrainingView>(item.Data, Web)!;
                    Assert.AreEqual(id, last.Id);
                    break;
                case "progress":
                    var progress = JsonSerializer.Deserialize<ProgressView>(item.Data, Web)!;
                    Assert.IsGreaterThan(at, progress.Epoch);
                    Assert.IsTrue(progress.Fraction is > 0 and < 1 && double.IsFinite(progress.Loss));
                    at = progress.Epoch;
                    break;
                case "epoch" when kinds.Count(kind => kind == "epoch") == 1:
                    Assert.AreEqual(1, JsonSerializer.Deserialize<EpochDone>(item.Data, Web)!.Record.Epoch);
                    using (var cancelled = await server.WriteAsync(HttpMethod.Delete, "train"))
                    {
                        Assert.AreEqual(HttpStatusCode.NoContent, cancelled.StatusCode);
                    }

                    break;
            }

            if (last?.State == "cancelled")
            {
                break;
            }
        }

        Assert.AreEqual("training", kinds[0]);
        CollectionAssert.Contains(kinds, "progress");
        Assert.AreEqual(100, last!.Epochs);
        Assert.HasCount(1, await server.ModelsAsync());

        // A watcher who comes later sees it whole.
        TrainingView later = (await server.Client.GetFromJsonAsync<TrainState>("train"))!.Training!;
        Assert.AreEqual("cancelled", later.State);
        Assert.IsGreaterThanOrEqualTo(1, later.Records.Count);
        Assert.IsNotEmpty(later.Curve);
    }

    [TestMethod]
    public async Task OfSeveralAtOnceOneIsTakenOn()
    {
        using DigitServer server = DigitServer.Empty();
        for (int round = 0; round < 5; round++)
        {
            // Epochs of its own each: none is equal to another.
            HttpResponseMessage[] answers = await Task.WhenAll(Enumerable.Range(50, 16).Select(epochs => server.WriteAsync(HttpMethod.Post, "train", new { epochs })));
            try
            {
                Assert.AreEqual(1, answers.Count(answer => answer.StatusCode == HttpStatusCode.Accepted), string.Join(", ", answers.Select(answer => answer.StatusCode)));
                foreach (HttpResponseMessage refused in answers.Where(answer => answer.StatusCode != HttpStatusCode.Accepted))
                {
                    StringAssert.Contains(await Answers.AssertRefusedAsync(refused, HttpStatusCode.Conflict), "under way");
                }
            }
            finally
            {
                Array.ForEach(answers, answer => answer.Dispose());
                using var cancelled = await server.WriteAsync(HttpMethod.Delete, "train");
            }

            var queue = server.Services.GetRequiredService<Hosting.ITrainingQueue>();
            await Task.WhenAll(queue.Pending.Select(run => run.Completion)).WaitAsync(TimeSpan.FromMinutes(1));
        }
    }

    [TestMethod]
    [DataRow("{\"epochs\": 0}", "application/json", HttpStatusCode.BadRequest)]
    [DataRow("{\"epochs\": 101}", "application/json", HttpStatusCode.BadRequest)]
    [DataRow("{\"epochs\": \"many\"}", "application/json", HttpStatusCode.BadRequest)]
    [DataRow("{\"epochs\": 1e9}", "application/json", HttpStatusCode.BadRequest)]
    [DataRow("{", "application/json", HttpStatusCode.BadRequest)]
    [DataRow("epochs=1", "application/x-www-form-urlencoded", HttpStatusCode.UnsupportedMediaType)]
    public async Task ATrainingThatCannotBeIsRefused(string body, string type, HttpStatusCode status)
    {
        DigitServer server = await DigitServer.TrainedAsync();
        using var request = new HttpRequestMessage(HttpMethod.Post, "train") { Content = Pictures.Content(System.Text.Encoding.UTF8.GetBytes(body), type) };
        request.Headers.Add("X-Api-Key", DigitServer.Key);
        using var response = await server.Client.SendAsync(request);
        await Answers.AssertRefusedAsync(response, status);
    }

    [TestMethod]
    public async Task AVersionIsPublishedOrNotByTheRuleAndCanBeSwitchedBack()
    {
        using DigitServer server = await DigitServer.CopyAsync();
        ModelView before = (await server.ModelsAsync()).Single();
        Assert.IsTrue(before.IsCurrent && before.Accuracy > 0.9);
        string model = await ModelAsync(server);

        // One epoch is worse than five: the rule keeps the old version, and a person may still want another one.
        using var started = await server.WriteAsync(HttpMethod.Post, "train", new { epochs = 1 });
        Assert.AreEqual(HttpStatusCode.Accepted, started.StatusCode);
        TrainState state = await server.UntilAsync(state => state.Training is { State: "rejected" or "published" or "failed" });
        Assert.AreEqual("rejected", state.Training!.State);
        StringAssert.Matches(state.Training.Detail!, new Regex(@"^accuracy \d+(\.\d{1,2})? % against \d+(\.\d{1,2})? % of the current model$"));
        Assert.AreEqual(model, await ModelAsync(server));

        ModelStoreOf(server).PublishFile(Directory.EnumerateFiles(server.Folder, "current.zip", SearchOption.AllDirectories).Single());
        Assert.AreEqual(2, (await server.ModelsAsync()).Single(version => version.IsCurrent).Version);
        using var back = await server.WriteAsync(HttpMethod.Post, $"models/{before.Version}/activate");
        Assert.AreEqual(HttpStatusCode.OK, back.StatusCode);
        Assert.AreEqual(before.Version, (await server.ModelsAsync()).Single(version => version.IsCurrent).Version);
        Assert.AreEqual(before.Fingerprint, await ModelAsync(server));
    }

    [TestMethod]
    [DataRow("models/99/activate", HttpStatusCode.NotFound)]
    [DataRow("models/-1/activate", HttpStatusCode.NotFound)]
    [DataRow("models/one/activate", HttpStatusCode.NotFound)]
    [DataRow("models/99999999999999999999/activate", HttpStatusCode.NotFound)]
    [DataRow("models/%2e%2e/activate", HttpStatusCode.NotFound)]
    public async Task AVersionThatIsNotThereIsRefused(string path, HttpStatusCode status)
    {
        using var response = await (await DigitServer.TrainedAsync()).WriteAsync(HttpMethod.Post, path);
        await Answers.AssertRefusedAsync(response, status);
    }

    [TestMethod]
    public async Task ADamagedVersionIsNotActivated()
    {
        using DigitServer server = await DigitServer.CopyAsync();
        string current = Directory.EnumerateFiles(server.Folder, "current.zip", SearchOption.AllDirectories).Single();
        Hosting.ModelVersion second = ModelStoreOf(server).PublishFile(current, activate: false);
        File.WriteAllText(second.Path, "no model");
        using var response = await server.WriteAsync(HttpMethod.Post, $"models/{second.Number}/activate");
        StringAssert.Contains(await Answers.AssertRefusedAsync(response, HttpStatusCode.Conflict), "damaged");
        Assert.IsNotNull(await ModelAsync(server));
    }

    private static Hosting.ModelStore ModelStoreOf(DigitServer server) => server.Services.GetRequiredKeyedService<Hosting.ModelStore>(DigitTrainingJob.Name);

    /// <summary>The version that answers.</summary>
    private static async Task<string> ModelAsync(DigitServer server)
    {
        using var response = await server.Client.PostAsync("predict", Pictures.Content(Pictures.Png(7), "image/png"));
        return (await response.Content.ReadFromJsonAsync<PredictResponse>())!.Model;
    }
}
