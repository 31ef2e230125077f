using Microsoft.Extensions.Logging;

namespace MLNet.GradientTrainers.Hosting;

/// <summary>What stores tell their logger.</summary>
internal static partial class ModelStoreLog
{
    [LoggerMessage(200, LogLevel.Information, "Version {Version} was published to '{Folder}': {Length} bytes, activated: {Activated}.", EventName = "ModelPublished")]
    public static partial void Published(this ILogger logger, int version, string folder, long length, bool activated);

    [LoggerMessage(201, LogLevel.Information, "Version {Version} is the current one of '{Folder}'.", EventName = "ModelActivated")]
    public static partial void Activated(this ILogger logger, int version, string folder);

    [LoggerMessage(202, LogLevel.Debug, "Version {Version} was removed from '{Folder}', which keeps {Kept}.", EventName = "ModelRemoved")]
    public static partial void Removed(this ILogger logger, int version, string folder, int kept);

    [LoggerMessage(203, LogLevel.Information, "'{File}' was removed: a publisher was ended before it was done with it.", EventName = "UnfinishedFileRemoved")]
    public static partial void RemovedUnfinished(this ILogger logger, string file);

    [LoggerMessage(204, LogLevel.Warning, "Version {Version} of '{Folder}' had no readable manifest; it has a new one.", EventName = "ManifestMade")]
    public static partial void ManifestMade(this ILogger logger, int version, string folder);

    [LoggerMessage(205, LogLevel.Warning, "A file with the name of a version is no model and is now '{File}'. {Problem}", EventName = "FileMovedAside")]
    public static partial void MovedAside(this ILogger logger, string file, string problem);

    [LoggerMessage(206, LogLevel.Warning, "'{File}' {Reason} Version {Version} was put in its place.", EventName = "CurrentModelRestored")]
    public static partial void Restored(this ILogger logger, string file, string reason, int version);

    [LoggerMessage(207, LogLevel.Error, "'{File}' {Reason} There is no whole version to put in its place: publish a model.", EventName = "CurrentModelLost")]
    public static partial void NotRestored(this ILogger logger, string file, string reason);

    [LoggerMessage(208, LogLevel.Warning, "'{File}' was a model that the store had not published; it is version {Version} now.", EventName = "ModelAdopted")]
    public static partial void Adopted(this ILogger logger, string file, int version);

    [LoggerMessage(209, LogLevel.Debug, "The store '{Folder}' is used as it is: {Reason}", EventName = "StoreNotMended")]
    public static partial void NotMended(this ILogger logger, string folder, string reason);

    [LoggerMessage(210, LogLevel.Warning, "Version {Version} of '{Folder}' is left out, as its files can't be read: {Reason}", EventName = "VersionNotRead")]
    public static partial void VersionNotRead(this ILogger logger, int version, string folder, string reason);
}
