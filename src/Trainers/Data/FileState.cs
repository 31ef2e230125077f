namespace MLNet.GradientTrainers;

/// <summary>A file as it was when it was loaded, of which rows are read later, too.</summary>
internal sealed class FileState
{
    private readonly (long Length, DateTime Written) _state;

    /// <param name="path">The file.</param>
    public FileState(string path) => (Path, _state) = (System.IO.Path.GetFullPath(path), Of(path));

    /// <summary>The file's full path.</summary>
    public string Path { get; }

    /// <summary>Throws where it is another file by now, or none.</summary>
    /// <exception cref="InvalidDataException">Its length or the time of its last change differ.</exception>
    public void ThrowIfChanged()
    {
        if (Of(Path) is var now && now != _state)
        {
            string what = now == default ? "is no longer there" : "has changed since it was loaded";
            throw new InvalidDataException($"'{Path}' {what}, and its rows are read from it while a model trains: load it again, and leave it as it is until training has ended.");
        }
    }

    private static (long Length, DateTime Written) Of(string path) => new FileInfo(path) is { Exists: true } file ? (file.Length, file.LastWriteTimeUtc) : default;
}
