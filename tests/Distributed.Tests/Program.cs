namespace MLNet.GradientTrainers.Distributed.Tests;

/// <summary>The entry point of the assembly when a launcher of MPI starts it; the test runner does not use it.</summary>
internal static class Program
{
    private static int Main(string[] arguments)
    {
        if (arguments is [LaunchedWork.Command, .. var settings])
        {
            return LaunchedWork.Run(settings);
        }

        Console.Error.WriteLine("This is a test assembly: run it with dotnet test.");
        return 2;
    }
}
