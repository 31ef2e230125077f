namespace MLNet.GradientTrainers.Hosting;

/// <summary>The file of the current version, and which version it is. Its content says so; a note tells versions of equal content apart.</summary>
/// <param name="folder">The store's files.</param>
internal sealed class CurrentModel(StoreFolder folder)
{
    private readonly Lock _lock = new();
    private (long Length, DateTime Time) _seen;
    private string? _sha256;

    /// <summary>The SHA-256 of the file, read again when its time or length has changed; null where there is none that can be read.</summary>
    public string? Sha256()
    {
        lock (_lock)
        {
            try
            {
                using var file = SharedFile.Open(folder.Current);
                var seen = (file.Length, File.GetLastWriteTimeUtc(file.SafeFileHandle));
                if (_sha256 is null || seen != _seen)
                {
                    _sha256 = FileHash.Of(file).Sha256;
                    _seen = seen;
                }

                return _sha256;
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                return null;
            }
        }
    }

    /// <summary>The number of the version with this content; 0 for none.</summary>
    public int VersionOf(string? sha256, IReadOnlyList<ModelVersion> versions)
    {
        int[] equal = [.. versions.Where(version => version.Sha256 == sha256).Select(version => version.Number)];
        return equal.Length < 2 ? equal.FirstOrDefault() : ActivatedVersion.Read(folder.Activated) is { } noted && equal.Contains(noted.Version) ? noted.Version : equal[0];
    }

    /// <summary>Puts a version in place. The caller holds the lock of the store.</summary>
    /// <exception cref="IOException">Writing failed; the file is as it was.</exception>
    public void Replace(ModelVersion version)
    {
        AtomicFile.Write(folder.Current, stream => SharedFile.Copy(version.Path, stream));
        Note(version.Number);
    }

    /// <summary>Notes the version. The model is in its place already: a note that can't be written is removed rather than left to tell of another one.</summary>
    public void Note(int number)
    {
        if (!Tolerant.Try(() => new ActivatedVersion(number).Write(folder.Activated)))
        {
            Tolerant.Try(() => File.Delete(folder.Activated));
        }
    }
}
