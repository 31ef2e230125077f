using System.Globalization;

namespace MLNet.GradientTrainers.Kernels.Tests;

/// <summary>The entry point of the assembly when a test starts it as a child process; the test runner does not use it.</summary>
internal static class Program
{
    private static int Main(string[] arguments)
    {
        if (arguments is not [Fingerprints.Command])
        {
            Console.Error.WriteLine("This is a test assembly: run it with dotnet test.");
            return 2;
        }

        Console.WriteLine(SimdBackend.WidestVector.ToString(CultureInfo.InvariantCulture));
        foreach (string line in Fingerprints.All())
        {
            Console.WriteLine(line);
        }

        return 0;
    }
}
