using Microsoft.Extensions.Logging;

namespace MLNet.GradientTrainers.Hosting;

/// <summary>Mends what killed publishers, and other programs, left in a store.</summary>
internal sealed class StoreRepair(StoreFolder folder, CurrentModel current, TimeSpan lockTimeout, TimeProvider time, ILogger logger)
{
    public void Run()
    {
        try
        {
            using var held = StoreLock.Take(folder.Lock, lockTimeout);
            if (held is null)
            {
                // Somebody publishes; what there is to mend waits for the next opening.
                logger.NotMended(folder.Path, "another process is publishing to it");
                return;
            }

            RemoveUnfinished();
            FindManifests();
            MendCurrent();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            logger.NotMended(folder.Path, exception.Message);
        }
    }

    private void RemoveUnfinished()
    {
        foreach (string unfinished in new[] { folder.Versions, folder.Path }.SelectMany(path => Directory.EnumerateFiles(path, ".*.aside")))
        {
            // Whoever still writes it holds it; that is no publisher of ours, who would hold the store's lock.
            if (Tolerant.Try(() => File.OpenHandle(unfinished, FileMode.Open, FileAccess.ReadWrite, FileShare.None, FileOptions.DeleteOnClose).Dispose()))
            {
                logger.RemovedUnfinished(unfinished);
            }
        }

        foreach (int number in folder.Numbers(".pending"))
        {
            Delete(folder.Pending(number));
        }

        foreach (int number in folder.Numbers(".json").Except(folder.Numbers(".zip")))
        {
            Delete(folder.Manifest(number));
        }
    }

    /// <summary>Gives models whose manifest was lost a new one, and moves aside what is no model.</summary>
    private void FindManifests()
    {
        foreach (int number in folder.Numbers(".zip"))
        {
            try
            {
                FindManifest(number);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                // What can't be read may be whole. It is not in the way of the other versions.
                logger.VersionNotRead(number, folder.Path, exception.Message);
            }
        }
    }

    private void FindManifest(int number)
    {
        string model = folder.Model(number);
        if (File.Exists(folder.Manifest(number)) && VersionManifest.Read(folder.Manifest(number), number) is not null)
        {
            return;
        }

        if (new ModelArchive(model).Problem() is { } problem)
        {
            File.Move(model, folder.Damaged(number), overwrite: true);
            Tolerant.Try(() => File.Delete(folder.Manifest(number)));
            logger.MovedAside(folder.Damaged(number), problem);
            return;
        }

        var hash = FileHash.Of(model);
        var details = new ModelVersionDetails { Notes = "What was told of this version was lost; its time is that of its file." };
        new VersionManifest { Version = number, PublishedAt = File.GetLastWriteTimeUtc(model), Sha256 = hash.Sha256, Length = hash.Length, Details = details }.Write(folder.Manifest(number));
        logger.ManifestMade(number, folder.Path);
    }

    private void MendCurrent()
    {
        var versions = StoredVersion.All(folder);
        var noted = ActivatedVersion.Read(folder.Activated);
        if (current.Sha256() is not { } sha256)
        {
            // Without a note no version was activated yet. One that says nothing any more tells that there was one.
            if (noted is not null || Path.Exists(folder.Activated))
            {
                Restore(versions, noted, File.Exists(folder.Current) ? "can't be read." : "is missing.");
            }
        }
        else if (current.VersionOf(sha256, versions) is > 0 and var number)
        {
            if (noted?.Version != number)
            {
                current.Note(number);
            }
        }
        else if (new ModelArchive(folder.Current).Problem() is { } problem)
        {
            Restore(versions, noted, $"is no version of the store, and no model: {problem}");
        }
        else if (folder.Numbers(".zip").Length == versions.Count)
        {
            // Else it may be the one of them that can't be read now.
            Adopt();
        }
    }

    /// <summary>Puts back the version that was current, or else the newest one that is whole.</summary>
    private void Restore(IReadOnlyList<ModelVersion> versions, ActivatedVersion? noted, string reason)
    {
        var version = versions.OrderByDescending(version => version.Number == noted?.Version).FirstOrDefault(version => StoredVersion.Problem(version) is null);
        if (version is null)
        {
            logger.NotRestored(folder.Current, reason);
            return;
        }

        current.Replace(version);
        logger.Restored(folder.Current, reason, version.Number);
    }

    /// <summary>Makes a model that somebody put in place a version, so that the next one does not lose it.</summary>
    private void Adopt()
    {
        int number = folder.NextNumber();
        var details = new ModelVersionDetails { Notes = "It was found in place of the current version." };
        StoredVersion.Add(folder, number, stream => SharedFile.Copy(folder.Current, stream), details, time.GetUtcNow());
        current.Note(number);
        logger.Adopted(folder.Current, number);
    }

    private void Delete(string file)
    {
        if (Tolerant.Try(() => File.Delete(file)))
        {
            logger.RemovedUnfinished(file);
        }
    }
}
