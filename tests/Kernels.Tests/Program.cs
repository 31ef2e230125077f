using System.Globalization;

namespace MLNet.GradientTrainers.Kernels.Tests;

/// <summary>The entry point of the assembly when a test starts it as a child process; the test runner does not use it.</summary>
internal static class Program
{
    private static int Main(string[] arguments)
    {
        if (arguments is [SpilledRowsTests.Command, string folder])
        {
            SpilledRowsTests.SpillAndWait(folder);
        }

        IEnumerable<string>? lines = arguments switch
        {
            [Fingerprints.Command] => Fingerprints.All().Prepend(SimdBackend.WidestVector.ToString(CultureInfo.InvariantCulture)),
            [Interrupts.Command] => Interrupts.All(),
            [ManyThreads.Command] => ManyThreads.All(),
            _ => null,
        };
        if (lines is null)
        {
            Console.Error.WriteLine("This is a test assembly: run it with dotnet test.");
            return 2;
        }

        foreach (string line in lines)
        {
            Console.WriteLine(line);
        }

        return 0;
    }
}
