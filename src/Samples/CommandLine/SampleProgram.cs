using System.CommandLine;
using System.CommandLine.Help;
using System.Text.Json;
using MLNet.GradientTrainers.Distributed;
using MLNet.GradientTrainers.Kernels;
using MLNet.GradientTrainers.Kernels.Gpu;
using MLNet.GradientTrainers.Samples.Output;

namespace MLNet.GradientTrainers.Samples.CommandLine;

/// <summary>The command line: one sub-command a sample.</summary>
internal static class SampleProgram
{
    /// <summary>The exit code of a run that failed.</summary>
    public const int Failure = 1;

    /// <summary>The exit code of a command line that cannot be understood.</summary>
    public const int Usage = 2;

    private const string HelpCommand = "./run.sh help";

    /// <summary>The web service, a program of its own, which ./run.sh starts instead of this one.</summary>
    private const string Service = "serve";

    private static readonly string[] HelpWords = ["--help", "-h", "-?", "/?", "/h"];

    /// <summary>Runs a command line.</summary>
    /// <returns>0, <see cref="Failure"/>, <see cref="Usage"/>, or what <see cref="Interruption.ExitCode"/> says of the signal that ended it.</returns>
    public static async Task<int> RunAsync(string[] args, Terminal terminal)
    {
        using var interruption = new Interruption(terminal);
        var samples = SampleRegistry.All();
        var json = new Option<bool>("--json") { Description = "Print the figures as one JSON object, the last line." };
        var root = Root(samples, json, terminal, interruption);

        args = args is ["help", .. var rest] ? [.. rest, "--help"] : args;
        if (args is [var first, ..] && !first.StartsWith('-') && !HelpWords.Contains(first) && first != Service && samples.All(s => s.Name != first))
        {
            terminal.Error.WriteLine($"There is no sample '{Excerpt.Of(first)}'. The samples: {string.Join(", ", samples.Select(s => s.Name))}, {Service}.");
            Suggest(root.Parse([first]), terminal);
            return Usage;
        }

        // Options alone belong to the sample that runs when none is named; a question for help belongs to the program.
        bool named = args.Length > 0 && (!args[0].StartsWith('-') || HelpWords.Contains(args[0]));
        var parsed = root.Parse(named ? args : [samples[0].Name, .. args]);
        if (parsed.Errors.Count > 0)
        {
            foreach (var error in parsed.Errors)
            {
                terminal.Fail(Excerpt.Of(error.Message, Excerpt.MessageLength));
            }

            // The help itself is longer than many a terminal is high: the messages would scroll away.
            Suggest(parsed, terminal);
            terminal.Error.WriteLine(parsed.CommandResult.Command == root ? $"The samples: {HelpCommand}" : $"Its options: {HelpCommand} {parsed.CommandResult.Command.Name}");
            return Usage;
        }

        return await parsed.InvokeAsync(Streams(terminal.Output, terminal.Error));
    }

    private static void Suggest(ParseResult parsed, Terminal terminal)
    {
        if (TypoCorrection.Of(parsed) is { Length: > 0 } names)
        {
            terminal.Error.WriteLine($"Did you mean {string.Join(" or ", names)}?");
        }
    }

    private static Command Root(IReadOnlyList<Sample> samples, Option<bool> json, Terminal terminal, Interruption interruption)
    {
        var root = new Command("./run.sh", $"Samples of MLNet.GradientTrainers. With no sample named, '{samples[0].Name}' runs. {HelpCommand} NAME lists a sample's options.") { new HelpOption { Recursive = true } };
        foreach (var sample in samples)
        {
            var command = new Command(sample.Name, sample.Summary);
            foreach (var option in sample.Options)
            {
                command.Add(option);
            }

            command.Add(json);
            command.SetAction((values, _) => RunAsync(sample, values, terminal, values.GetValue(json), interruption));
            root.Add(command);
        }

        // Listed, and found by those who mistype it.
        var service = new Command(Service, $"Run a web service with a page: draw a digit, watch a network learn. ./run.sh {Service} --help lists its options.") { TreatUnmatchedTokensAsErrors = false };
        service.SetAction(_ =>
        {
            terminal.Fail($"The web service is a program of its own. Start it by ./run.sh {Service}.");
            return Failure;
        });
        root.Add(service);
        return root;
    }

    private static async Task<int> RunAsync(Sample sample, ParseResult values, Terminal terminal, bool json, Interruption interruption)
    {
        if (SharedRuns.IsIdle(sample))
        {
            return 0;
        }

        try
        {
            using Communicator? processes = SharedRuns.Join(sample);
            return await RunAsync(sample, new SampleRun(sample.Name, values, SharedRuns.Of(processes, terminal), interruption.Token) { Processes = processes }, json, interruption);
        }
        catch (MpiException e)
        {
            terminal.Fail(e.Message);
            return Failure;
        }
    }

    private static async Task<int> RunAsync(Sample sample, SampleRun run, bool json, Interruption interruption)
    {
        try
        {
            using OutputFiles? files = run.Reports ? sample.Output?.Open(run) : null;
            run.Files = files;
            interruption.Files = files;
            interruption.Patience = sample.Patience;
            await sample.RunAsync(run);
        }
        catch (OperationCanceledException) when (run.CancellationToken.IsCancellationRequested || run.Processes is not null)
        {
            run.Processes?.Fail("it was cancelled.");
            run.Terminal.Error.WriteLine("Cancelled.");
            return interruption.ExitCode;
        }
        catch (Exception e) when (e is SampleException or DivergenceException or CommunicationException or GpuException or IOException or InvalidDataException or UnauthorizedAccessException)
        {
            run.Processes?.Fail(e.Message);
            run.Terminal.Fail(e.Message);
            return Failure;
        }

        if (json && run.Reports)
        {
            run.Terminal.Output.WriteLine(JsonSerializer.Serialize(run.Result));
        }

        return 0;
    }

    // Without a timeout it leaves the signals to us.
    private static InvocationConfiguration Streams(TextWriter output, TextWriter error) =>
        new() { Output = output, Error = error, EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null };
}
