using System.Net;
using System.Net.Http.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.ML;
using MLNet.GradientTrainers.DigitService.Api;
using MLNet.GradientTrainers.DigitService.Tests.Support;
using MLNet.GradientTrainers.DigitService.Training;
using MLNet.GradientTrainers.Hosting;

namespace MLNet.GradientTrainers.DigitService.Tests.Api;

/// <summary>The service under load, its model replaced again and again.</summary>
[TestClass]
public sealed class LoadTests
{
    private const int Callers = 64;
    private const int PicturesOfEach = 20;
    private const long MostGrowth = 32L << 20;

    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan BetweenReloads = TimeSpan.FromMilliseconds(400);

    [TestMethod]
    public async Task NoRequestFailsOrMixesModelsWhileTheyAreReplaced()
    {
        using DigitServer server = await DigitServer.CopyAsync();
        var store = server.Services.GetRequiredKeyedService<ModelStore>(DigitTrainingJob.Name);
        PublishAnother(store);
        byte[][] pictures = [.. Enumerable.Range(0, PicturesOfEach).Select(i => Pictures.Png(i % 10, seed: i))];
        var expected = new Dictionary<string, float[][]>();
        foreach (int version in new[] { 1, 2 })
        {
            string model = await ServeAsync(server, store.Activate(version));
            expected[model] = [.. (await Task.WhenAll(pictures.Select(picture => AskAsync(server, picture)))).Select(answer => answer.Predictions[0].Probabilities)];
        }

        Assert.HasCount(2, expected);
        using var end = new CancellationTokenSource(Duration);
        var seen = expected.Keys.ToDictionary(model => model, _ => 0);
        Task<int>[] callers = [.. Enumerable.Range(0, Callers).Select(caller => CallAsync(caller))];
        long early = 0;
        int reloads = 0;
        for (; !end.IsCancellationRequested; reloads++)
        {
            store.Activate(1 + (reloads % 2));
            await Task.Delay(BetweenReloads);
            if (reloads % 5 == 4)
            {
                // Half a file, as a copy that was broken off leaves it, replaces no model.
                byte[] whole = await File.ReadAllBytesAsync(store.CurrentPath);
                await File.WriteAllBytesAsync(store.CurrentPath, whole[..(whole.Length / 2)]);
                await Task.Delay(BetweenReloads);
            }

            if (reloads == 20)
            {
                early = GC.GetTotalMemory(forceFullCollection: true);
            }
        }

        int requests = (await Task.WhenAll(callers)).Sum();
        Console.WriteLine($"{requests} requests, {reloads} reloads, {string.Join(", ", seen.Select(model => $"{model.Value} by {model.Key}"))}");
        Assert.IsTrue(seen.Values.All(count => count > 0), "Both models have answered.");
        if (early > 0)
        {
            Assert.IsLessThan(early + MostGrowth, GC.GetTotalMemory(forceFullCollection: true), "Models that were replaced are let go.");
        }

        async Task<int> CallAsync(int caller)
        {
            int count = 0;
            for (; !end.IsCancellationRequested; count++)
            {
                int picture = (caller + count) % pictures.Length;
                PredictResponse answer = await AskAsync(server, pictures[picture]);
                CollectionAssert.AreEqual(expected[answer.Model][picture], answer.Predictions[0].Probabilities, "Each answer is one model's, whole.");
                lock (seen)
                {
                    seen[answer.Model]++;
                }
            }

            return count;
        }
    }

    /// <summary>A second version with answers of its own.</summary>
    private static void PublishAnother(ModelStore store)
    {
        var context = new MLContext(seed: 2);
        IDataView rows = context.Data.LoadFromEnumerable(DigitData.Load(1000).Train);
        store.Publish(context.MulticlassClassification.Trainers.Mlp(hiddenLayers: [32], numberOfEpochs: 3).Fit(rows), rows.Schema, activate: false);
    }

    /// <summary>Waits until a version answers.</summary>
    private static async Task<string> ServeAsync(DigitServer server, ModelVersion version)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        while (true)
        {
            string model = (await AskAsync(server, Pictures.Png(7))).Model;
            if (version.Sha256.StartsWith(model, StringComparison.OrdinalIgnoreCase))
            {
                return model;
            }

            await Task.Delay(50, patience.Token);
        }
    }

    private static async Task<PredictResponse> AskAsync(DigitServer server, byte[] picture)
    {
        using var response = await server.Client.PostAsync("predict", Pictures.Content(picture, "image/png"));
        Assert.AreEqual(HttpStatusCode.OK, response.StatusCode, await response.Content.ReadAsStringAsync());
        return (await response.Content.ReadFromJsonAsync<PredictResponse>())!;
    }
}
