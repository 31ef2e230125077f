using MLNet.GradientTrainers.Tests.Checkpoints;
using MLNet.GradientTrainers.Tests.Files;
using MLNet.GradientTrainers.Tests.Streaming;

namespace MLNet.GradientTrainers.Tests;

/// <summary>The entry point of the assembly when a test starts it as a child process; the test runner does not use it.</summary>
internal static class Program
{
    private static int Main(string[] arguments)
    {
        if (arguments is [EndlessWriter.Command, string path])
        {
            EndlessWriter.Run(path);
        }

        if (arguments is [KilledFit.Command, string trainer, string checkpoint])
        {
            KilledFit.Run(trainer, checkpoint);
            return 0;
        }

        if (arguments is [StreamedFaultTests.Command, string folder])
        {
            StreamedFaultTests.Run(folder);
            return 0;
        }

        if (arguments is [StreamedMemoryTests.Command, string place])
        {
            StreamedMemoryTests.Fit(place);
            return 0;
        }

        if (arguments is [Fingerprints.Command])
        {
            foreach (string line in Fingerprints.All())
            {
                Console.WriteLine(line);
            }

            return 0;
        }

        Console.Error.WriteLine("This is a test assembly: run it with dotnet test.");
        return 2;
    }
}
