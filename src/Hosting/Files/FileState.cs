namespace MLNet.GradientTrainers.Hosting;

/// <summary>What a file shows without being read. Times are compared, not ordered: a clock may be set back.</summary>
/// <param name="Length">Bytes; −1 where there is no file.</param>
/// <param name="Written">When it was written, in ticks of UTC.</param>
/// <param name="Created">When it was made, or its entry changed, where the system tells.</param>
/// <param name="Target">Where a link leads in the end.</param>
internal readonly record struct FileState(long Length, long Written, long Created, string? Target)
{
    public bool Exists => Length >= 0;

    public static FileState Of(string path)
    {
        try
        {
            var entry = new FileInfo(path);
            var file = entry.ResolveLinkTarget(returnFinalTarget: true) as FileInfo ?? entry;
            return file.Exists ? new FileState(file.Length, file.LastWriteTimeUtc.Ticks, file.CreationTimeUtc.Ticks, file.FullName) : new FileState(-1, 0, 0, null);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return new FileState(-1, 0, 0, null);
        }
    }
}
