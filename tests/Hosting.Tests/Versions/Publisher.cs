using System.Diagnostics;

namespace MLNet.GradientTrainers.Hosting.Tests.Versions;

/// <summary>A process that publishes again and again, to be killed or to be one of several.</summary>
internal static class Publisher
{
    public const string Command = "publish";

    /// <summary>Publishes a file so many times, and prints the number of each version.</summary>
    public static void Run(string folder, string model, int times)
    {
        var store = ModelStore.Open(folder, new ModelStoreOptions { KeptVersions = 3 });
        for (int i = 0; i < times; i++)
        {
            Console.WriteLine(store.PublishFile(model, new ModelVersionDetails { Notes = $"by {Environment.ProcessId}" }).Number);
        }
    }

    public static Process Start(string folder, string model, int times) =>
        ChildProcess.Start(ChildProcess.Program(typeof(Publisher).Assembly.Location, Command, folder, model, $"{times}"));
}
