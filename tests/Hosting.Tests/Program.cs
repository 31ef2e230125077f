using MLNet.GradientTrainers.Hosting.Tests.Training;
using MLNet.GradientTrainers.Hosting.Tests.Versions;

namespace MLNet.GradientTrainers.Hosting.Tests;

/// <summary>The entry point of the assembly when a test starts it as a child process; the test runner does not use it.</summary>
internal static class Program
{
    private static async Task<int> Main(string[] arguments)
    {
        switch (arguments)
        {
            case [Publisher.Command, string folder, string model, string times]:
                Publisher.Run(folder, model, int.Parse(times));
                return 0;
            case [CheckpointedService.Command, string folder, string how]:
                await CheckpointedService.RunAsync(folder, queues: how == "queue");
                return 0;
            default:
                await Console.Error.WriteLineAsync("This is a test assembly: run it with dotnet test.");
                return 2;
        }
    }
}
