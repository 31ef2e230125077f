using System.Globalization;

namespace MLNet.GradientTrainers.Hosting;

/// <summary>
/// The files of a store: <c>current.zip</c>, <c>current.json</c>, <c>.lock</c>, and for each version <c>versions/v000001.zip</c> with <c>.json</c>. A version is there once its model file is: the manifest is written
/// first, and the model file, which was written as <c>.pending</c>, renamed last.
/// </summary>
/// <param name="path">The folder.</param>
internal sealed class StoreFolder(string path)
{
    public const int HighestNumber = 999_999_999;

    private const string Pattern = "v*";
    private const int ShortestNumber = 6;
    private const int LongestNumber = 9;

    public string Path { get; } = System.IO.Path.GetFullPath(path);

    public string Versions => System.IO.Path.Combine(Path, "versions");

    public string Current => System.IO.Path.Combine(Path, "current.zip");

    public string Activated => System.IO.Path.Combine(Path, "current.json");

    public string Lock => System.IO.Path.Combine(Path, ".lock");

    public string Model(int number) => Named(number, ".zip");

    public string Manifest(int number) => Named(number, ".json");

    /// <summary>A model before it is a version.</summary>
    public string Pending(int number) => Named(number, ".pending");

    /// <summary>Where a file goes that has a version's name and is no model.</summary>
    public string Damaged(int number) => Named(number, ".damaged");

    /// <summary>Tells of a file where the folder, or one above or below it, is to be; the system's own messages don't.</summary>
    /// <exception cref="IOException">There is one.</exception>
    public void ThrowIfFile()
    {
        for (string? place = Versions; place is not null && !Directory.Exists(place); place = System.IO.Path.GetDirectoryName(place))
        {
            if (File.Exists(place))
            {
                throw new IOException($"'{place}' is a file, and a store of models is a folder: give another folder than '{Path}', or move the file.");
            }
        }
    }

    /// <summary>The numbers of all files with an ending, the lowest first.</summary>
    public int[] Numbers(string ending) => [.. Named(Directory.EnumerateFiles(Versions, Pattern)).Where(file => file.Ending == ending).Select(file => file.Number).Order()];

    /// <summary>A number that no file has, nor a folder.</summary>
    /// <exception cref="IOException">There is none left.</exception>
    public int NextNumber()
    {
        int last = Named(Directory.EnumerateFileSystemEntries(Versions, Pattern)).Select(file => file.Number).DefaultIfEmpty(0).Max();
        last = Math.Max(last, ActivatedVersion.Read(Activated)?.Version ?? 0);
        return last < HighestNumber
            ? last + 1
            : throw new IOException($"No version follows {last} in '{Versions}': somebody put a file of that number there. Move it to another folder.");
    }

    /// <summary>Those of the files that have a version's name; others are not ours.</summary>
    private IEnumerable<(int Number, string Ending)> Named(IEnumerable<string> files)
    {
        foreach (string file in files)
        {
            string name = System.IO.Path.GetFileNameWithoutExtension(file);
            if (name.Length is > ShortestNumber and <= LongestNumber + 1 && name[0] == 'v' && int.TryParse(name.AsSpan(1), NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number > 0 && Named(number, "") == System.IO.Path.Combine(Versions, name))
            {
                yield return (number, System.IO.Path.GetExtension(file));
            }
        }
    }

    private string Named(int number, string ending) => System.IO.Path.Combine(Versions, string.Create(CultureInfo.InvariantCulture, $"v{number:000000}{ending}"));
}
