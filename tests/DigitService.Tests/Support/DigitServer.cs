using System.Globalization;
using System.Net.Http.Json;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;
using MLNet.GradientTrainers.DigitService.Api;

namespace MLNet.GradientTrainers.DigitService.Tests.Support;

/// <summary>The service with a real web server on a free port, its models in a folder of its own.</summary>
internal sealed class DigitServer : IDisposable
{
    /// <summary>The key of all servers of these tests.</summary>
    public const string Key = "key-of-the-tests";

    private const string Models = "models";
    private static readonly Lazy<Task<DigitServer>> Shared = new(TrainAsync);

    private readonly TemporaryFolder _folder = new();
    private readonly WebApplicationFactory<Program> _factory;

    private DigitServer(string? modelsFrom, params (string Name, string Value)[] settings)
    {
        if (modelsFrom is not null)
        {
            foreach (string file in Directory.EnumerateFiles(modelsFrom, "*", SearchOption.AllDirectories))
            {
                string copy = Path.Combine(_folder[Models], Path.GetRelativePath(modelsFrom, file));
                Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
                File.Copy(file, copy);
            }
        }

        _factory = new WebApplicationFactory<Program>().WithWebHostBuilder(builder =>
        {
            builder.UseSetting("urls", "http://127.0.0.1:0");
            Set("ApiKey", Key);
            Set("Folder", _folder.Path);
            Set("Training:Images", "5000");
            Set("Training:Epochs", "5");
            Set("Limits:PredictionsPerSecond", "100000");
            Set("Limits:WritesPerMinute", "100000");
            foreach (var (name, value) in settings)
            {
                Set(name, value);
            }

            void Set(string name, string value) => builder.UseSetting($"{DigitServiceOptions.Section}:{name}", value);
        });
        _factory.UseKestrel();
        _factory.StartServer();
        Client = _factory.CreateClient(new WebApplicationFactoryClientOptions { BaseAddress = _factory.ClientOptions.BaseAddress, AllowAutoRedirect = false });
    }

    /// <summary>Asks the server.</summary>
    public HttpClient Client { get; }

    /// <summary>Where it is, ending in a slash.</summary>
    public string Address => Client.BaseAddress!.AbsoluteUri;

    /// <summary>The folder of its models.</summary>
    public string Folder => _folder.Path;

    /// <summary>Its services.</summary>
    public IServiceProvider Services => _factory.Services;

    /// <summary>The one that has trained its first model at its start; all tests share it, and leave it as it was.</summary>
    public static Task<DigitServer> TrainedAsync() => Shared.Value;

    /// <summary>One without a model, which trains none by itself.</summary>
    public static DigitServer Empty(params (string Name, string Value)[] settings) => new(null, [("Training:AtStart", "false"), .. settings]);

    /// <summary>One that begins with the shared one's model, for tests that change what serves.</summary>
    public static async Task<DigitServer> CopyAsync(params (string Name, string Value)[] settings) => new((await TrainedAsync())._folder[Models], settings);

    /// <summary>Ends the shared one.</summary>
    public static async Task EndSharedAsync()
    {
        if (Shared.IsValueCreated)
        {
            (await Shared.Value).Dispose();
        }
    }

    /// <summary>Asks with the key.</summary>
    public async Task<HttpResponseMessage> WriteAsync(HttpMethod method, string path, object? body = null)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body is null ? null : JsonContent.Create(body) };
        request.Headers.Add("X-Api-Key", Key);
        return await Client.SendAsync(request);
    }

    /// <summary>The versions of the model.</summary>
    public async Task<IReadOnlyList<ModelView>> ModelsAsync() => (await Client.GetFromJsonAsync<ModelList>("models"))!.Models;

    /// <summary>Waits for a state of the last training.</summary>
    public async Task<TrainState> UntilAsync(Func<TrainState, bool> isSo)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(5));
        while (true)
        {
            TrainState state = (await Client.GetFromJsonAsync<TrainState>("train", patience.Token))!;
            if (isSo(state))
            {
                return state;
            }

            await Task.Delay(50, patience.Token);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Client.Dispose();
        _factory.Dispose();
        _folder.Dispose();
    }

    private static async Task<DigitServer> TrainAsync()
    {
        var server = new DigitServer(null);
        TrainState state = await server.UntilAsync(state => state.Training is { State: not ("queued" or "running") });
        Assert.AreEqual("published", state.Training!.State, string.Create(CultureInfo.InvariantCulture, $"{state.Training.Detail}"));
        return server;
    }
}
