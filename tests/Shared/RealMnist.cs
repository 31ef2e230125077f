namespace MLNet.GradientTrainers.TestSupport;

/// <summary>
/// Finds the real MNIST files: in the folder that the environment variable MNIST_DIR names, else in ../shared/mnist
/// beside the repository. Tests that need them are skipped, with the reason, where they are absent.
/// </summary>
internal static class RealMnist
{
    private static readonly string[] FileNames =
    [
        "train-images-idx3-ubyte.gz", "train-labels-idx1-ubyte.gz", "t10k-images-idx3-ubyte.gz", "t10k-labels-idx1-ubyte.gz",
    ];

    /// <summary>The folder with all four files; ends the running test as inconclusive without it.</summary>
    public static string DirectoryOrSkip()
    {
        string? directory = Find(out string looked);
        if (directory is null)
        {
            Assert.Inconclusive($"Real MNIST is needed; looked in {looked}. Set MNIST_DIR to the folder with {string.Join(", ", FileNames)}.");
        }

        return directory!;
    }

    /// <summary>The path of one of the four files; ends the running test as inconclusive without it.</summary>
    public static string FileOrSkip(string name) => Path.Combine(DirectoryOrSkip(), name);

    private static string? Find(out string looked)
    {
        string? named = Environment.GetEnvironmentVariable("MNIST_DIR");
        looked = string.IsNullOrEmpty(named) ? Path.GetFullPath(Path.Combine(Repository.Root, "..", "shared", "mnist")) : named;
        string folder = looked;
        return FileNames.All(name => File.Exists(Path.Combine(folder, name))) ? folder : null;
    }
}
