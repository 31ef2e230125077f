using Microsoft.ML;

namespace MLNet.GradientTrainers.Hosting;

/// <summary>A model file. Its content is read once, into memory, and that is what is checked, loaded and named: whoever writes the file meanwhile changes nothing of it.</summary>
/// <param name="path">The file; need not exist.</param>
/// <param name="watch">Whether it is looked at for changes.</param>
internal sealed class FileModelSource(string path, bool watch) : IModelSource
{
    /// <summary>Hexadecimal digits of the content's SHA-256 that name a version.</summary>
    private const int VersionLength = 12;

    /// <summary>What is longer is put aside on disk instead of in memory.</summary>
    private const long LargestInMemory = 1 << 30;

    public string? WatchedFile => watch ? path : null;

    public string Description => $"the file '{path}'";

    public string? Key() => Read(VersionOf);

    public ModelContent Load(MLContext context) => Read(file =>
    {
        using Stream content = file.Length <= LargestInMemory
            ? new MemoryStream((int)file.Length)
            : new FileStream(Path.GetTempFileName(), FileMode.Create, FileAccess.ReadWrite, FileShare.None, 1 << 16, FileOptions.DeleteOnClose);
        file.CopyTo(content);
        content.Position = 0;
        string version = VersionOf(content);
        return context.Model.TryLoad(content, path, out var model, out var inputSchema, out string? problem)
            ? new ModelContent(model, inputSchema, version, IsOwned: true)
            : throw new ModelSourceException(problem, version);
    });

    /// <summary>The version of a model file: of equal content, equal.</summary>
    private static string VersionOf(Stream content) => FileHash.Of(content).Sha256[..VersionLength];

    private T Read<T>(Func<FileStream, T> read)
    {
        try
        {
            using var file = SharedFile.Open(path);
            return read(file);
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new ModelSourceException($"There is no file '{path}'.", ModelSourceException.MissingKey, isMissing: true);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            if (Directory.Exists(path))
            {
                throw new ModelSourceException($"'{path}' is a folder: name the model file in it.", exception.Message);
            }

            throw new ModelSourceException($"'{path}' can't be read: {ModelArchive.Reason(exception)}", exception.Message);
        }
    }
}
