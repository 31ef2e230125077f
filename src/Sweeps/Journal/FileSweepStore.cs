using System.Text;

namespace MLNet.GradientTrainers.Sweeps;

/// <summary>A journal as a file of JSON lines, and files beside it whose names begin with its own. One process at a time has it.</summary>
/// <param name="path">The journal's path.</param>
internal sealed class FileSweepStore(string path) : ISweepStore
{
    public string Name => path;

    public string Address => "path";

    public IJournalLines Open(bool resume)
    {
        if (!resume && File.Exists(path))
        {
            throw new IOException($"There is a journal '{path}' already: go on with it (resume: true), or give another path. Nothing was changed.");
        }

        var file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1);
        try
        {
            return new JournalFile(file, path);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    public Stream? Read(string file) => File.Exists(PathOf(file)) ? File.OpenRead(PathOf(file)) : null;

    public void Write(string file, Action<Stream> write) => AtomicFile.Write(PathOf(file), write);

    public void Delete(string file) => File.Delete(PathOf(file));

    public IReadOnlyList<string> Files()
    {
        string full = Path.GetFullPath(path);
        string start = Path.GetFileName(full) + ".";
        return [.. Directory.GetFiles(Path.GetDirectoryName(full)!, start + "*").Select(file => Path.GetFileName(file)!).Where(file => file.Length > start.Length).Select(file => file[start.Length..])];
    }

    private string PathOf(string file) => $"{path}.{file}";

    private sealed class JournalFile : IJournalLines
    {
        private readonly FileStream _file;
        private readonly int _end;

        public JournalFile(FileStream file, string path)
        {
            _file = file;
            byte[] bytes = new byte[file.Length];
            file.ReadExactly(bytes);
            var lines = new List<ReadOnlyMemory<byte>>();
            for (int end = Array.IndexOf(bytes, (byte)'\n'); end >= 0; end = Array.IndexOf(bytes, (byte)'\n', _end))
            {
                lines.Add(bytes.AsMemory(_end, end - _end));
                _end = end + 1;
            }

            Lines = lines;
            ReadOnlySpan<byte> beginning = "{\"sweep\":"u8;
            int known = Math.Min(bytes.Length, beginning.Length);
            if (lines.Count == 0 && !bytes.AsSpan(0, known).SequenceEqual(beginning[..known]))
            {
                // Not even a first line that a crash has torn.
                throw new InvalidDataException($"'{path}' is no journal of a sweep. Give another path.");
            }
        }

        public IReadOnlyList<ReadOnlyMemory<byte>> Lines { get; }

        public void Accept()
        {
            _file.SetLength(_end);
            _file.Position = _end;
        }

        public void Append(string line, bool toDisk)
        {
            _file.Write(Encoding.UTF8.GetBytes(line + "\n"));
            _file.Flush(toDisk);
        }

        public void Dispose() => _file.Dispose();
    }
}
