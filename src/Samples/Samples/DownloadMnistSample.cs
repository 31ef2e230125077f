using System.CommandLine;
using System.Text.Json.Nodes;
using MLNet.GradientTrainers.Samples.CommandLine;
using MLNet.GradientTrainers.Samples.Output;
using Spectre.Console;

namespace MLNet.GradientTrainers.Samples.Samples;

/// <summary>Fetches the four files of MNIST; what is there already is checked and kept.</summary>
internal sealed class DownloadMnistSample : Sample
{
    private readonly Option<string> _output = SampleOptions.Folder("--output", "Folder for the four files.", "mnist");

    private readonly Option<string[]> _mirrors = SampleOptions.Addresses("--mirror", "A server's folder with the files, instead of the public ones; may be given several times.");

    public override string Name => "download-mnist";

    public override string Summary => "Download the four files of MNIST (11 MB) and verify their checksums; goes on where it was interrupted.";

    public override IEnumerable<Option> Options => [_output, _mirrors];

    public override async Task RunAsync(SampleRun run)
    {
        string folder = Path.GetFullPath(run.Value(_output));
        run.Terminal.Heading("MNIST");
        MnistPaths files = await DownloadAsync(run, folder);
        string[] paths = [files.TrainImages, files.TrainLabels, files.TestImages, files.TestLabels];
        run.Terminal.Files("verified", paths);
        run.Terminal.Fact("next", $"./run.sh mnist-mlp --data {Terminal.Shown(folder)}");
        run.Result["files"] = new JsonArray([.. paths.Select(path => JsonValue.Create(path))]);
    }

    private async Task<MnistPaths> DownloadAsync(SampleRun run, string folder)
    {
        IReadOnlyList<Uri> mirrors = run.Value(_mirrors) is { Length: > 0 } given ? [.. given.Select(address => new Uri(address))] : Mnist.Mirrors;
        if (!run.Terminal.IsInteractive)
        {
            return await Mnist.DownloadAsync(folder, new MnistDownloadOptions { Mirrors = mirrors }, run.CancellationToken);
        }

        return await run.Terminal.Console.Progress()
            .AutoClear(true)
            .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn { Width = 24 }, new DownloadedColumn())
            .StartAsync(context => Mnist.DownloadAsync(folder, new MnistDownloadOptions { Mirrors = mirrors, Progress = new Bars(context) }, run.CancellationToken));
    }

    /// <summary>A bar for each file.</summary>
    private sealed class Bars(ProgressContext context) : IProgress<MnistDownloadProgress>
    {
        private readonly Dictionary<string, ProgressTask> _tasks = [];

        public void Report(MnistDownloadProgress value)
        {
            if (!_tasks.TryGetValue(value.FileName, out ProgressTask? task))
            {
                _tasks[value.FileName] = task = context.AddTask(Markup.Escape(value.FileName));
            }

            task.MaxValue = value.TotalBytes ?? Math.Max(task.MaxValue, value.BytesReceived);
            task.Value = value.BytesReceived;
        }
    }
}
