using System.CommandLine;
using System.Diagnostics;
using System.Text.Json.Nodes;
using MLNet.GradientTrainers.Kernels.Gpu;
using MLNet.GradientTrainers.Samples.CommandLine;
using MLNet.GradientTrainers.Samples.Output;

namespace MLNet.GradientTrainers.Samples.Samples;

/// <summary>Lists the GPUs of the machine, tests each against the processor, and says from how much work on one is chosen.</summary>
internal sealed class DevicesSample : Sample
{
    private const double Mebi = 1 << 20;

    public override string Name => "devices";

    public override string Summary => "List the GPUs of this machine, and test each against the processor.";

    public override IEnumerable<Option> Options => [];

    public override Task RunAsync(SampleRun run)
    {
        run.Terminal.Heading("Devices");
        run.Terminal.Fact("processor", Format.Text($"{Environment.ProcessorCount} logical cores"));
        if (GpuDevices.Problem is { } none)
        {
            run.Terminal.Fact("GPU", $"none: {none}");
        }

        var list = new JsonArray();
        foreach (GpuDevice device in GpuDevices.All)
        {
            run.CancellationToken.ThrowIfCancellationRequested();
            long started = Stopwatch.GetTimestamp();
            string? problem = Test(device.Index);
            double seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
            run.Terminal.Fact($"GPU {device.Index}", Format.Text($"{device.Name}, {device.Api}, {device.MemoryBytes / Mebi:N0} MiB, {device.Multiprocessors} multiprocessors"));
            run.Terminal.Fact("self-test", problem ?? Format.Text($"passed in {seconds:0.0} s, kernels compiled"));
            if (device.IsProcessor)
            {
                run.Terminal.Fact("", "computes on the processor: taken only where it is named");
            }

            list.Add(new JsonObject
            {
                ["index"] = device.Index,
                ["name"] = device.Name,
                ["api"] = device.Api.ToString(),
                ["memoryBytes"] = device.MemoryBytes,
                ["multiprocessors"] = device.Multiprocessors,
                ["isProcessor"] = device.IsProcessor,
                ["problem"] = problem,
            });
        }

        run.Terminal.Heading("When a GPU is chosen");
        run.Terminal.Fact("Device = Auto", Format.Text($"a training of at least {GpuThreshold.OperationsOfATraining:N0} operations, in steps of at least {GpuThreshold.OperationsOfAStep:N0}"));
        run.Terminal.Fact("taken then", GpuDevices.Best is { } best ? Format.Text($"GPU {best.Index} ({best.Name})") : GpuDevices.All.Count == 0 ? "the processor, as there is no GPU" : "the processor, as no GPU is a card");
        run.Result["devices"] = list;
        run.Result["noDeviceBecause"] = GpuDevices.Problem;
        return Task.CompletedTask;
    }

    private static string? Test(int index)
    {
        try
        {
            return GpuDevices.SelfTest(index);
        }
        catch (GpuException problem)
        {
            return problem.Message;
        }
    }
}
