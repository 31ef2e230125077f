namespace MLNet.GradientTrainers;

/// <summary>
/// The MNIST database of handwritten digits (Y. LeCun, C. Cortes, C. Burges): 60,000 training and 10,000 test images of 28 × 28 pixels.
/// Finds its files, or downloads them.
/// </summary>
/// <example>
/// <code>
/// MnistPaths files = await Mnist.DownloadAsync("mnist");
/// IDataView train = mlContext.Data.LoadFromIdx(files.TrainImages, files.TrainLabels, scaling: PixelScaling.Mnist);
/// </code>
/// </example>
public static class Mnist
{
    /// <summary>The four files: training images, training labels, test images, test labels.</summary>
    public static IReadOnlyList<MnistFile> Files { get; } =
    [
        new("train-images-idx3-ubyte.gz", 47_040_016, "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db"),
        new("train-labels-idx1-ubyte.gz", 60_008, "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5"),
        new("t10k-images-idx3-ubyte.gz", 7_840_016, "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7"),
        new("t10k-labels-idx1-ubyte.gz", 10_008, "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2"),
    ];

    /// <summary>Public copies, in the order in which they are tried.</summary>
    public static IReadOnlyList<Uri> Mirrors { get; } =
    [
        new("https://ossci-datasets.s3.amazonaws.com/mnist/"),
        new("https://storage.googleapis.com/cvdf-datasets/mnist/"),
    ];

    /// <summary>Finds the four files in a folder, packed or unpacked, without looking into them.</summary>
    /// <param name="directory">The folder.</param>
    /// <exception cref="FileNotFoundException">Files are missing; the message lists them.</exception>
    public static MnistPaths Find(string directory)
    {
        ArgumentException.ThrowIfNullOrEmpty(directory);
        string?[] paths = [.. Files.Select(file => file.FindIn(directory))];
        if (paths.Contains(null))
        {
            string missing = string.Join(", ", Files.Where((_, i) => paths[i] is null).Select(file => file.Name));
            throw new FileNotFoundException(
                $"Folder '{Path.GetFullPath(directory)}' lacks {missing} (or the same unpacked). Put the files there, or let Mnist.DownloadAsync fetch them.");
        }

        return new(paths[0]!, paths[1]!, paths[2]!, paths[3]!);
    }

    /// <summary>
    /// Makes sure that a folder holds the four files, each with the right checksum. What is there and right, packed or unpacked, is not
    /// fetched again. A file arrives under a name ending in .part, which a later call continues, and gets its own name only when
    /// its content has been checked.
    /// </summary>
    /// <param name="directory">The folder; made when absent.</param>
    /// <param name="options">Mirrors, client, progress, patience; defaults when <see langword="null"/>.</param>
    /// <param name="cancellationToken">Stops the download; what has arrived is kept for the next call.</param>
    /// <returns>Where the files are.</returns>
    /// <exception cref="MnistDownloadException">No mirror gave a file; the message says why, and which files to put where by hand.</exception>
    /// <exception cref="IOException">
    /// The folder cannot be written, another process is downloading into it, or it holds an intact file of another data set under the same name.
    /// </exception>
    /// <exception cref="ArgumentException">A setting is out of range.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static async Task<MnistPaths> DownloadAsync(
        string directory, MnistDownloadOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(directory);
        options ??= new MnistDownloadOptions();
        options.Check();
        string[] paths = await new MnistDownload(Files, directory, options).RunAsync(cancellationToken).ConfigureAwait(false);
        return new(paths[0], paths[1], paths[2], paths[3]);
    }
}
