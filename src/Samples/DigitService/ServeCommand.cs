using System.CommandLine;
using System.Net;
using Microsoft.AspNetCore.Connections;

namespace MLNet.GradientTrainers.DigitService;

/// <summary>The command line of <c>./run.sh serve</c>. Anything of the configuration can be set behind the options, as in <c>--DigitService:Limits:Images=10</c>.</summary>
internal static class ServeCommand
{
    private const int Failure = 1;
    private const int Usage = 2;

    private static readonly Option<int> Port = new("--port") { Description = "Port to listen on; 0 takes a free one.", DefaultValueFactory = _ => 5080 };
    private static readonly Option<string> Address = new("--address") { Description = "Address to listen on. Others than the loopback one let other machines in.", DefaultValueFactory = _ => "127.0.0.1" };
    private static readonly Option<string?> Folder = new("--folder") { Description = $"Folder of the models and of the state of trainings. [default: {new DigitServiceOptions().Folder}]" };

    private static readonly Argument<string[]> Settings = new("settings")
    {
        Arity = ArgumentArity.ZeroOrMore,
        Description = $"Anything else of the configuration, as --{DigitServiceOptions.Section}:{nameof(DigitServiceOptions.Limits)}:{nameof(DigitServiceOptions.Limits.Images)}=10 or --Logging:LogLevel:Default=Debug.",
    };

    /// <summary>Runs the service until it is stopped.</summary>
    /// <returns>0 after it was stopped, 1 where it cannot start, 2 for a command line that cannot be understood.</returns>
    public static async Task<int> RunAsync(string[] args)
    {
        var command = new RootCommand("A web service that reads digits, with a page to draw them on and to watch a network learn.");
        command.Add(Port);
        command.Add(Address);
        command.Add(Folder);
        command.Add(Settings);
        command.SetAction((parsed, _) => RunAsync(parsed));
        ParseResult result = command.Parse(args);
        if (Given(result).FirstOrDefault(token => !IsSetting(token)) is { } unknown)
        {
            await Console.Error.WriteLineAsync($"There is no option '{unknown}'. The options: ./run.sh serve --help");
            return Usage;
        }

        if (result.Errors.Count > 0)
        {
            await Console.Error.WriteLineAsync($"{string.Join(' ', result.Errors.Select(error => error.Message))} The options: ./run.sh serve --help");
            return Usage;
        }

        return await result.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null, EnableDefaultExceptionHandler = false });
    }

    private static string[] Given(ParseResult parsed) => parsed.GetValue(Settings) ?? [];

    private static bool IsSetting(string token) => token.StartsWith("--", StringComparison.Ordinal) && token.Contains('=');

    private static async Task<int> RunAsync(ParseResult parsed)
    {
        int port = parsed.GetValue(Port);
        if (!IPAddress.TryParse(parsed.GetValue(Address), out IPAddress? address) || port is < 0 or > IPEndPoint.MaxPort)
        {
            await Console.Error.WriteLineAsync($"The service listens on an address such as 127.0.0.1 and a port from 0 to {IPEndPoint.MaxPort}.");
            return Usage;
        }

        WebApplication? app = null;
        try
        {
            app = DigitApplication.Build(Given(parsed), new IPEndPoint(address, port), parsed.GetValue(Folder));
            await app.StartAsync();
            await app.WaitForShutdownAsync();
            return 0;
        }
        catch (Exception e) when (app?.Lifetime.ApplicationStarted.IsCancellationRequested != true && e is IOException or InvalidOperationException or InvalidDataException or FormatException or UnauthorizedAccessException)
        {
            // A port in use, a folder that can't be written or that another service has, a model file that is none, a setting that makes no sense.
            await Console.Error.WriteLineAsync($"The service cannot start: {e.Message}{(e.InnerException is AddressInUseException ? " Choose another port with --port, or 0 for a free one." : "")}");
            return Failure;
        }
        finally
        {
            await (app?.DisposeAsync() ?? default);
        }
    }
}
