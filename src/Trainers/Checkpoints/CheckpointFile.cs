using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;
using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers;

/// <summary>
/// A checkpoint's file, little-endian: magic, version; seed, facts; for each training its candidate, its member, the length of its state and the state, as the engine writes it; SHA-256 of all before. What is read has been
/// checked by the hash, and no memory is claimed beyond what the file holds.
/// </summary>
internal sealed class CheckpointFile : IDisposable
{
    private const ulong Magic = 0x54504B_4354_474C4D; // "MLGTCKPT"
    private const int Version = 1;
    private const int HeaderLength = sizeof(ulong) + sizeof(int);
    private const int HashLength = SHA256.HashSizeInBytes;
    private const int MostFacts = 1 << 12;
    private const int MostTrainings = 1 << 16;

    /// <summary>The length of a state that goes on to the end, as it is not known before it is written.</summary>
    private const long ToTheEnd = -1;

    private readonly SafeFileHandle _handle;

    private CheckpointFile(SafeFileHandle handle) => _handle = handle;

    /// <summary>The seed of the fit.</summary>
    public int Seed { get; private set; }

    public IReadOnlyList<CheckpointFact> Facts { get; private set; } = [];

    /// <summary>Where the state of each training lies.</summary>
    private Dictionary<(int Candidate, int Member), (long Start, long Length)> Trainings { get; } = [];

    public IEnumerable<(int Candidate, int Member)> Keys => Trainings.Keys;

    /// <summary>Writes a file of one training, whose state goes straight into it.</summary>
    public static void Write(string path, int seed, IReadOnlyList<CheckpointFact> facts, Action<Stream> state) => Write(path, seed, facts, 1, (writer, stream) =>
    {
        WriteKey(writer, (0, 0), ToTheEnd);
        writer.Flush();
        state(stream);
    });

    /// <summary>Writes a file of several trainings.</summary>
    public static void Write(string path, int seed, IReadOnlyList<CheckpointFact> facts, IReadOnlyDictionary<(int Candidate, int Member), byte[]> states) => Write(path, seed, facts, states.Count, (writer, _) =>
    {
        foreach (var (key, state) in states.OrderBy(pair => pair.Key))
        {
            WriteKey(writer, key, state.Length);
            writer.Write(state);
        }
    });

    /// <summary>Opens a file and checks all of it but the states' content.</summary>
    /// <exception cref="InvalidDataException">It is no checkpoint, one of a newer version, or damaged.</exception>
    /// <exception cref="IOException">It can't be read.</exception>
    public static CheckpointFile Open(string path)
    {
        var file = new CheckpointFile(File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete));
        try
        {
            file.Read(path);
            return file;
        }
        catch (Exception exception)
        {
            file.Dispose();
            if (exception is EndOfStreamException)
            {
                throw Damaged(path, "it ends too early", exception);
            }

            throw exception is ArgumentException or OverflowException or FormatException ? Damaged(path, exception.Message.TrimEnd('.'), exception) : exception;
        }
    }

    /// <summary>The state of a training as a stream that can seek; null for none.</summary>
    public Stream? State((int Candidate, int Member) key) => Trainings.TryGetValue(key, out var place) ? new BufferedStream(new FileSlice(_handle, place.Start, place.Length)) : null;

    public void Dispose() => _handle.Dispose();

    /// <summary>The error for a file whose content is not right.</summary>
    public static InvalidDataException Damaged(string path, string how, Exception? inner = null) =>
        new($"The checkpoint '{path}' can't be read: {Excerpt.Of(how, Excerpt.MessageLength)}. Nothing was changed. Delete it to start anew, put a copy in its place, or give another {nameof(ITrainerInput.CheckpointPath)}.", inner);

    private static void Write(string path, int seed, IReadOnlyList<CheckpointFact> facts, int trainings, Action<BinaryWriter, Stream> states) => AtomicFile.Write(path, file =>
    {
        using var hashed = new HashingStream(file);
        PayloadWriter.Write(hashed, writer =>
        {
            writer.Write(Magic);
            writer.Write(Version);
            writer.Write(seed);
            writer.Write(facts.Count);
            foreach (var fact in facts)
            {
                writer.Write(fact.Name);
                writer.Write(fact.Value);
                writer.Write(fact.IsOption);
            }

            writer.Write(trainings);
            states(writer, hashed);
        });
        file.Write(hashed.Hash());
    });

    private static void WriteKey(BinaryWriter writer, (int Candidate, int Member) key, long length)
    {
        writer.Write(key.Candidate);
        writer.Write(key.Member);
        writer.Write(length);
    }

    private void Read(string path)
    {
        long end = RandomAccess.GetLength(_handle) - HashLength;
        byte[] start = new byte[HeaderLength];
        if (RandomAccess.Read(_handle, start, 0) < start.Length || BinaryPrimitives.ReadUInt64LittleEndian(start) != Magic)
        {
            throw Damaged(path, end < HeaderLength ? "it is too short for one" : "it does not begin as one does");
        }

        int version = BinaryPrimitives.ReadInt32LittleEndian(start.AsSpan(sizeof(ulong)));
        if (end < HeaderLength || !HasItsHash(end))
        {
            throw Damaged(path, version == Version ? "it is truncated or damaged, as its checksum does not match" : string.Create(CultureInfo.InvariantCulture, $"it is damaged, or has the format version {version}, of which this version knows only {Version}"));
        }

        if (version != Version)
        {
            throw Damaged(path, string.Create(CultureInfo.InvariantCulture, $"it has the format version {version}, and this version of the library knows only {Version}"));
        }

        using var hashed = new HashingStream(new FileSlice(_handle, HeaderLength, end - HeaderLength), end - HeaderLength);
        using var reader = new PayloadReader(hashed);
        Seed = reader.ReadInt32();
        Facts = [.. Enumerable.Range(0, Count(reader.ReadInt32(), MostFacts)).Select(_ => new CheckpointFact(reader.ReadString(), reader.ReadString(), reader.ReadByte() != 0))];
        if (Facts.DistinctBy(fact => fact.Name).Count() != Facts.Count)
        {
            throw Damaged(path, "it has a fact twice");
        }

        ReadTrainings(hashed, reader, end);
    }

    private void ReadTrainings(HashingStream hashed, PayloadReader reader, long end)
    {
        int count = Count(reader.ReadInt32(), MostTrainings);
        byte[] skipped = new byte[1 << 16];
        for (int i = 0; i < count; i++)
        {
            var key = (reader.ReadInt32(), reader.ReadInt32());
            long length = reader.ReadInt64();
            long place = HeaderLength + hashed.Count;
            length = length == ToTheEnd && i == count - 1 ? end - place : length;
            if (length < 0 || length > end - place || !Trainings.TryAdd(key, (place, length)))
            {
                throw new FormatException(string.Create(CultureInfo.InvariantCulture, $"it has a state of {length} bytes where {end - place} are left"));
            }

            for (long left = length; left > 0 && i < count - 1;)
            {
                int part = (int)Math.Min(left, skipped.Length);
                hashed.ReadExactly(skipped.AsSpan(0, part));
                left -= part;
            }
        }
    }

    private static int Count(int count, int most) => count >= 0 && count <= most ? count : throw new FormatException(string.Create(CultureInfo.InvariantCulture, $"it tells {count} entries where at most {most} are read"));

    private bool HasItsHash(long end)
    {
        using var all = new HashingStream(new FileSlice(_handle, 0, end), end);
        byte[] buffer = new byte[1 << 16];
        while (all.Read(buffer) > 0)
        {
        }

        byte[] hash = new byte[HashLength];
        return RandomAccess.Read(_handle, hash, end) == HashLength && all.Count == end && all.Hash().AsSpan().SequenceEqual(hash);
    }
}
