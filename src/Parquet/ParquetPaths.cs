namespace MLNet.GradientTrainers;

/// <summary>The files that paths name: files, folders of them, and patterns.</summary>
internal static class ParquetPaths
{
    private const string InFolder = "*.parquet";

    /// <summary>Names of all files: of each path in turn, those of a folder or pattern in the order of their names (ordinal).</summary>
    /// <param name="paths">Paths, each of a file, of a folder, or of a pattern whose file name has * or ?.</param>
    /// <exception cref="ArgumentException">There are none, or one is empty.</exception>
    /// <exception cref="FileNotFoundException">One names no file.</exception>
    public static string[] Find(IReadOnlyList<string> paths)
    {
        ArgumentNullException.ThrowIfNull(paths);
        if (paths.Count == 0)
        {
            throw new ArgumentException("No file is named: name one at least.", nameof(paths));
        }

        return [.. paths.SelectMany(Find)];
    }

    private static string[] Find(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (File.Exists(path))
        {
            return [path];
        }

        if (Directory.Exists(path))
        {
            // What writers of many files leave beside them, such as _SUCCESS and _metadata, has no rows.
            string[] files = [.. Sorted(path, InFolder).Where(file => Path.GetFileName(file)[0] is not ('_' or '.'))];
            return files.Length > 0 ? files : throw new FileNotFoundException($"The folder '{path}' has no file {InFolder}: name a file in it, or a pattern.", path);
        }

        string name = Path.GetFileName(path);
        if (!name.AsSpan().ContainsAny('*', '?'))
        {
            throw new FileNotFoundException($"There is no file '{path}'.", path);
        }

        string folder = Path.GetDirectoryName(path) is { Length: > 0 } parent ? parent : ".";
        string[] found = Directory.Exists(folder) ? Sorted(folder, name) : [];
        return found.Length > 0 ? found : throw new FileNotFoundException($"No file is named as '{path}'.", path);
    }

    private static string[] Sorted(string folder, string pattern) => [.. Directory.EnumerateFiles(folder, pattern).Order(StringComparer.Ordinal)];
}
