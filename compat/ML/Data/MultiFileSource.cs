using Microsoft.ML.Runtime;

namespace Microsoft.ML.Data;

/// <summary>Files, or other streams, that a loader reads one after the other.</summary>
public interface IMultiStreamSource
{
    int Count { get; }

    /// <summary>The path of a stream, or null where it is no file.</summary>
    string GetPathOrNull(int index);

    Stream Open(int index);
    TextReader OpenTextReader(int index);
}

/// <summary>Files by their paths. In a path "+" joins several, and "*" and "?" in a file name stand for whatever matches.</summary>
public sealed class MultiFileSource : IMultiStreamSource
{
    private readonly string[] _paths;

    public MultiFileSource(params string[] paths)
    {
        var given = (paths ?? []).Where(path => path is not null).ToArray();
        var found = given.SelectMany(Expand).ToArray();
        _paths = found.Length > 0 ? found : given;
    }

    public int Count => _paths.Length;

    public string GetPathOrNull(int index)
    {
        Contracts.CheckParam(0 <= index && index < Count, nameof(index));
        return _paths[index];
    }

    public Stream Open(int index)
    {
        string path = GetPathOrNull(index);
        try
        {
            return File.OpenRead(path);
        }
        catch (Exception e)
        {
            throw new IOException($"Could not open file '{path}'. Error is: {e.Message}", e);
        }
    }

    public TextReader OpenTextReader(int index) => new StreamReader(Open(index));

    internal static string[] Expand(string path)
    {
        if (File.Exists(path))
            return [path];
        return path.Split('+', StringSplitOptions.RemoveEmptyEntries).SelectMany(part =>
        {
            if (part.IndexOfAny(['*', '?']) < 0)
                return File.Exists(part) ? [part] : Enumerable.Empty<string>();
            string folder = Path.GetDirectoryName(part);
            folder = string.IsNullOrEmpty(folder) ? "." : folder;
            return Directory.Exists(folder) ? Directory.GetFiles(folder, Path.GetFileName(part)).Order(StringComparer.Ordinal) : [];
        }).ToArray();
    }
}
