namespace MLNet.GradientTrainers.Hosting;

/// <summary>The files of a version.</summary>
internal static class StoredVersion
{
    /// <summary>All versions, the newest first.</summary>
    public static IReadOnlyList<ModelVersion> All(StoreFolder folder) => [.. folder.Numbers(".zip").Reverse().Select(number => Read(folder, number)).OfType<ModelVersion>()];

    /// <summary>Adds a version, or, where that fails, nothing. The caller holds the lock.</summary>
    /// <exception cref="IOException">Writing failed.</exception>
    public static ModelVersion Add(StoreFolder folder, int number, Action<Stream> write, ModelVersionDetails details, DateTimeOffset time)
    {
        try
        {
            string pending = folder.Pending(number);
            AtomicFile.Write(pending, write);
            var hash = FileHash.Of(pending);
            var manifest = new VersionManifest { Version = number, PublishedAt = time, Sha256 = hash.Sha256, Length = hash.Length, Details = details };
            manifest.Write(folder.Manifest(number));

            // The version is there from here on.
            File.Move(pending, folder.Model(number));
            return Of(folder, manifest, problem: null);
        }
        catch
        {
            Remove(folder, number);
            throw;
        }
    }

    /// <summary>Removes a version, or what there is of it; the model first: a manifest without one is no version.</summary>
    /// <returns>Whether its model is gone.</returns>
    public static bool Remove(StoreFolder folder, int number)
    {
        bool removed = Tolerant.Try(() => File.Delete(folder.Model(number)));
        if (removed)
        {
            Tolerant.Try(() => File.Delete(folder.Pending(number)));
            Tolerant.Try(() => File.Delete(folder.Manifest(number)));
        }

        return removed;
    }

    /// <summary>What is wrong with a version's file, by its whole content; null for nothing.</summary>
    /// <exception cref="IOException">It can't be read.</exception>
    public static string? Problem(ModelVersion version) =>
        version.Problem ?? (FileHash.Of(version.Path).Sha256 == version.Sha256 ? null : $"'{version.Path}' was changed after it was published: its SHA-256 is another one.");

    /// <summary>Reads a version; null where another process has just removed it, nothing tells of its model, or its files can't be read: the others are there all the same.</summary>
    private static ModelVersion? Read(StoreFolder folder, int number)
    {
        try
        {
            if (VersionManifest.Read(folder.Manifest(number), number) is not { } manifest)
            {
                return null;
            }

            long length = new FileInfo(folder.Model(number)).Length;
            return Of(folder, manifest, length == manifest.Length ? null : $"'{folder.Model(number)}' was changed after it was published: it has {length} bytes instead of {manifest.Length}.");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static ModelVersion Of(StoreFolder folder, VersionManifest manifest, string? problem) => new()
    {
        Number = manifest.Version,
        PublishedAt = manifest.PublishedAt,
        Sha256 = manifest.Sha256,
        Length = manifest.Length,
        Path = folder.Model(manifest.Version),
        Details = manifest.Details,
        Problem = problem,
    };
}
