namespace MLNet.GradientTrainers.Samples.CommandLine;

/// <summary>
/// The files that one run writes into a folder. A lock, a hidden file that is gone with the run, keeps its names from other runs at the same time.
/// </summary>
internal sealed class OutputFiles : IDisposable
{
    /// <summary>Runs at the same time into one folder.</summary>
    private const int MostRuns = 1000;

    private readonly string _stem;
    private readonly bool _isFolderNew;
    private readonly FileStream _lock;
    private int _isDisposed;

    private OutputFiles(string folder, string stem, int number, bool isFolderNew, FileStream held)
    {
        (Folder, _stem, Number) = (folder, stem, number);
        _isFolderNew = isFolderNew;
        _lock = held;
    }

    /// <summary>The folder, as a full path.</summary>
    public string Folder { get; }

    /// <summary>1 for the first run that writes into the folder, 2 for another one at the same time.</summary>
    public int Number { get; }

    /// <summary>Makes the folder, takes names that no other run has, and tries whether all files can be written.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="sample">The sample that writes.</param>
    /// <param name="names">Its files.</param>
    /// <param name="numbered">Whether names carry the sample's, and a number where another run has those.</param>
    /// <returns>The files; null where the names are fixed and another run has them.</returns>
    /// <exception cref="IOException">The folder can't be made, or a file can't be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder can't be made, or a file can't be written.</exception>
    public static OutputFiles? Open(string folder, string sample, IEnumerable<string> names, bool numbered)
    {
        bool isNew = !Directory.Exists(folder);
        Directory.CreateDirectory(folder);
        for (int number = 1; number <= (numbered ? MostRuns : 1); number++)
        {
            string stem = number == 1 ? sample : $"{sample}-{number}";
            if (Lock(System.IO.Path.Combine(folder, $".{stem}.lock")) is { } held)
            {
                var files = new OutputFiles(folder, numbered ? stem + "-" : "", number, isNew, held);
                try
                {
                    foreach (string name in names)
                    {
                        AtomicFile.Check(files.Path(name));
                    }

                    return files;
                }
                catch
                {
                    files.Dispose();
                    throw;
                }
            }
        }

        return null;
    }

    /// <summary>The name of a file, with that of the sample before it.</summary>
    public string FileName(string name) => _stem + name;

    /// <summary>The path of a file.</summary>
    public string Path(string name) => System.IO.Path.Combine(Folder, FileName(name));

    /// <summary>Leaves the names to other runs, and no folder that was made for nothing. The run and a signal may call it at once.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) == 1)
        {
            return;
        }

        _lock.Dispose();
        if (_isFolderNew && !Directory.EnumerateFileSystemEntries(Folder).Any())
        {
            Directory.Delete(Folder);
        }
    }

    /// <summary>A lock that the system lifts when the process ends, in whatever way; null where another run has it.</summary>
    private static FileStream? Lock(string path)
    {
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 0, FileOptions.DeleteOnClose);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                if (File.Exists(path))
                {
                    return null;
                }

                // The other run may just have ended. Else nothing can be made here.
                if (attempt == 3)
                {
                    throw;
                }
            }
        }
    }
}
