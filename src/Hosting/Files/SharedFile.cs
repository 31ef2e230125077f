namespace MLNet.GradientTrainers.Hosting;

/// <summary>Files that may be replaced while they are read: the reader keeps the content that it has opened, and whoever replaces the file is not kept from it.</summary>
internal static class SharedFile
{
    public static FileStream Open(string path) => new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 1 << 16, FileOptions.SequentialScan);

    public static void Copy(string path, Stream target)
    {
        using var file = Open(path);
        file.CopyTo(target);
    }
}
