using System.Text;

namespace MLNet.GradientTrainers.Sweeps.Cluster.Tests;

/// <summary>A sweep's journal and files in memory.</summary>
internal sealed class MemoryStore : ISweepStore
{
    private readonly List<string> _lines = [];
    private readonly SortedDictionary<string, byte[]> _files = new(StringComparer.Ordinal);

    /// <summary>The names of all files that were ever written, in order.</summary>
    public List<string> Written { get; } = [];

    public string Name => "memory";

    public string Address => "name";

    public IJournalLines Open(bool resume) => new Journal(_lines);

    public Stream? Read(string file)
    {
        lock (_files)
        {
            return _files.TryGetValue(file, out byte[]? bytes) ? new MemoryStream(bytes) : null;
        }
    }

    public void Write(string file, Action<Stream> write)
    {
        using var stream = new MemoryStream();
        write(stream);
        lock (_files)
        {
            _files[file] = stream.ToArray();
            Written.Add(file);
        }
    }

    public void Delete(string file)
    {
        lock (_files)
        {
            _files.Remove(file);
        }
    }

    public IReadOnlyList<string> Files()
    {
        lock (_files)
        {
            return [.. _files.Keys];
        }
    }

    private sealed class Journal(List<string> lines) : IJournalLines
    {
        public IReadOnlyList<ReadOnlyMemory<byte>> Lines { get; } = [.. lines.Select(line => (ReadOnlyMemory<byte>)Encoding.UTF8.GetBytes(line))];

        public void Accept()
        {
        }

        public void Append(string line, bool toDisk) => lines.Add(line);

        public void Dispose()
        {
        }
    }
}
