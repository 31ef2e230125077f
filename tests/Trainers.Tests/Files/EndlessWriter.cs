namespace MLNet.GradientTrainers.Tests.Files;

/// <summary>A program that writes a file again and again until it is killed, and prints a line in the middle of each writing.</summary>
internal static class EndlessWriter
{
    public const string Command = "write-forever";
    private const int Half = 1 << 20;

    public static void Run(string path)
    {
        for (byte round = 1; ; round++)
        {
            byte[] half = Enumerable.Repeat(round, Half).ToArray();
            AtomicFile.Write(path, stream =>
            {
                stream.Write(half);
                stream.Flush();
                Console.WriteLine(round);
                stream.Write(half);
            });
        }
    }

    /// <summary>The round whose content the file has; fails when it is not the whole of one.</summary>
    public static int RoundOf(string path)
    {
        byte[] content = File.ReadAllBytes(path);
        Assert.HasCount(2 * Half, content);
        Assert.AreEqual(-1, content.AsSpan().IndexOfAnyExcept(content[0]));
        return content[0];
    }
}
