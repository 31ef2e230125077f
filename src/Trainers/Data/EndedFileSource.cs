using Microsoft.ML.Data;

namespace MLNet.GradientTrainers;

/// <summary>
/// A file for readers of ML.NET, which asks for no more than there is: at the end a read throws, where a stream gives nothing. Some of ML.NET's readers ask for the rest of an array until they have it, which of a damaged file
/// is never.
/// </summary>
/// <param name="path">The file.</param>
internal sealed class EndedFileSource(string path) : IMultiStreamSource
{
    public int Count => 1;

    public string GetPathOrNull(int index) => path;

    public Stream Open(int index) => new EndedFile(path);

    public TextReader OpenTextReader(int index) => new StreamReader(Open(index));

    private sealed class EndedFile(string path) : FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read)
    {
        public override int Read(byte[] buffer, int offset, int count) => Some(base.Read(buffer, offset, count), count);

        public override int Read(Span<byte> buffer) => Some(base.Read(buffer), buffer.Length);

        private static int Some(int read, int wanted) =>
            read > 0 || wanted == 0 ? read : throw new EndOfStreamException("It promises more than it has");
    }
}
