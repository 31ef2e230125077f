using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Text.RegularExpressions;

namespace MLNet.GradientTrainers.Packages.Tests;

/// <summary>The web service of docs/hosting.md, built as it stands against the packages, and run.</summary>
[TestClass]
public sealed partial class WebServiceTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(3);

    [TestMethod]
    public async Task ItLearnsServesAndSwitchesVersions()
    {
        using var project = new ConsoleProject($"<PackageReference Include=\"MLNet.GradientTrainers.Hosting\" Version=\"{MadePackages.Version}\" />", MadePackages.Folder, "Microsoft.NET.Sdk.Web");
        File.WriteAllText(project["Program.cs"], new PageProgram("docs/hosting.md").WholeProgram());
        Directory.CreateDirectory(project["data/real"]);
        File.Copy(Path.Combine(Repository.Root, "data", "real", "wine.csv"), project["data/real/wine.csv"]);
        project.Make();

        var start = ChildProcess.Program(project.Assembly, "--urls", "http://127.0.0.1:0");
        (start.WorkingDirectory, start.RedirectStandardOutput, start.RedirectStandardError) = (project.Folder, true, true);
        using var service = Process.Start(start)!;
        try
        {
            using var limit = new CancellationTokenSource(Limit);
            using var client = new HttpClient { BaseAddress = await AddressAsync(service, limit.Token) };
            _ = service.StandardOutput.ReadToEndAsync(limit.Token);
            _ = service.StandardError.ReadToEndAsync(limit.Token);

            var wine = new { features = new[] { 14.23, 1.71, 2.43, 15.6, 127, 2.8, 3.06, 0.28, 2.29, 5.64, 1.04, 3.92, 1065 } };
            HttpResponseMessage answer;
            while ((answer = await client.PostAsJsonAsync("predict", wine, limit.Token)).StatusCode == HttpStatusCode.ServiceUnavailable)
            {
                await Task.Delay(50, limit.Token);
            }

            Assert.AreEqual(HttpStatusCode.OK, answer.StatusCode);
            StringAssert.Contains(await answer.Content.ReadAsStringAsync(limit.Token), "\"predicted\":\"0\"");
            Assert.AreEqual(HttpStatusCode.OK, (await client.GetAsync("health", limit.Token)).StatusCode);
            Assert.AreEqual(HttpStatusCode.OK, (await client.PostAsync("versions/1/activate", null, limit.Token)).StatusCode);
            Assert.AreEqual(HttpStatusCode.NotFound, (await client.PostAsync("versions/99/activate", null, limit.Token)).StatusCode);

            // The first run may still be at its end: a refusal says so.
            HttpResponseMessage train;
            while ((train = await client.PostAsync("train", null, limit.Token)).StatusCode == HttpStatusCode.Conflict)
            {
                await Task.Delay(50, limit.Token);
            }

            Assert.AreEqual(HttpStatusCode.Accepted, train.StatusCode);
            using var request = new HttpRequestMessage(HttpMethod.Get, "train/events");
            request.Headers.Add("Last-Event-ID", "0");
            using var events = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, limit.Token);
            using var reader = new StreamReader(await events.Content.ReadAsStreamAsync(limit.Token));
            List<string> kinds = [];
            while (kinds.Count(kind => kind is "published" or "rejected") < 2 && await reader.ReadLineAsync(limit.Token) is { } line)
            {
                if (line.StartsWith("event: ", StringComparison.Ordinal))
                {
                    kinds.Add(line[7..]);
                }
            }

            Assert.AreEqual("queued", kinds[0]);
            Assert.IsGreaterThan(1, kinds.Count(kind => kind == "epoch"));
        }
        finally
        {
            service.Kill(entireProcessTree: true);
            await service.WaitForExitAsync();
        }
    }

    private static async Task<Uri> AddressAsync(Process service, CancellationToken token)
    {
        while (await service.StandardOutput.ReadLineAsync(token) is { } line)
        {
            if (Listening().Match(line) is { Success: true } match)
            {
                return new Uri(match.Groups[1].Value + "/");
            }
        }

        throw new InvalidOperationException("The service ended before it listened.");
    }

    [GeneratedRegex(@"Now listening on: (http://127\.0\.0\.1:\d+)")]
    private static partial Regex Listening();
}
