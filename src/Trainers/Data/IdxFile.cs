using System.Buffers.Binary;
using System.IO.Compression;

namespace MLNet.GradientTrainers;

/// <summary>A whole IDX file of unsigned bytes in memory: dimensions and values.</summary>
public sealed class IdxFile
{
    private readonly int[] _dimensions;
    private readonly byte[] _values;

    private IdxFile(string path, int[] dimensions, byte[] values)
    {
        Path = path;
        _dimensions = dimensions;
        _values = values;
    }

    /// <summary>The file that was read.</summary>
    public string Path { get; }

    /// <summary>The dimensions in order; for a set of images: count, rows, columns.</summary>
    public IReadOnlyList<int> Dimensions => _dimensions;

    /// <summary>The values, last dimension fastest.</summary>
    public ReadOnlyMemory<byte> Values => _values;

    /// <summary>The number of items: the first dimension.</summary>
    public int Count => _dimensions[0];

    /// <summary>Reads a file, plain or gzip-compressed.</summary>
    /// <param name="path">An IDX file of unsigned bytes.</param>
    /// <param name="maxRows">Only so many items, the first ones, are read; at least 1. <see langword="null"/> for all.</param>
    /// <exception cref="InvalidDataException">
    /// The file is not IDX, of another type, short, too long or damaged, or, without <paramref name="maxRows"/>, holds more than 64 MiB and a hundred times its length on disk;
    /// the message names it.
    /// </exception>
    /// <exception cref="IOException">The file does not exist, is a folder or cannot be read.</exception>
    public static IdxFile Read(string path, long? maxRows = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxRows ?? 1, 1, nameof(maxRows));
        using var reader = new IdxReader(path);
        return Read(reader, maxRows);
    }

    /// <summary>Reads what follows the header.</summary>
    internal static IdxFile Read(IdxReader reader, long? maxRows)
    {
        var (count, values) = reader.ReadItems(maxRows);
        return new IdxFile(reader.Path, [count, .. reader.Dimensions.Skip(1)], values);
    }

    /// <summary>Writes values as an IDX file; an existing file is replaced when all is written.</summary>
    /// <param name="path">The file to write.</param>
    /// <param name="dimensions">1 to <see cref="IdxReader.MaximumDimensions"/> numbers of at least 0; for a set of images: count, rows, columns.</param>
    /// <param name="values">As many values as the product of the dimensions, last dimension fastest.</param>
    /// <param name="compress">True to write gzip; the compressed bytes may differ between versions of .NET, the content does not.</param>
    /// <exception cref="ArgumentException">The dimensions are negative, too many or none, or do not fit the number of values.</exception>
    public static void Write(string path, ReadOnlySpan<int> dimensions, ReadOnlySpan<byte> values, bool compress = false)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (dimensions.Length is 0 or > IdxReader.MaximumDimensions)
        {
            throw new ArgumentException($"An IDX file has 1 to {IdxReader.MaximumDimensions} dimensions, not {dimensions.Length}.", nameof(dimensions));
        }

        byte[] header = new byte[4 + (4 * dimensions.Length)];
        header[2] = IdxReader.UnsignedByte;
        header[3] = (byte)dimensions.Length;
        Int128 product = 1;
        for (int i = 0; i < dimensions.Length; i++)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(dimensions[i], nameof(dimensions));
            BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4 + (4 * i)), dimensions[i]);
            product = product > values.Length ? product : product * dimensions[i];
        }

        if (product != values.Length && !(values.IsEmpty && dimensions.Contains(0)))
        {
            throw new ArgumentException($"Dimensions {IdxReader.Shape(dimensions.ToArray())} do not fit {values.Length} values.", nameof(values));
        }

        AtomicFile.Write(path, values, (content, file) =>
        {
            using Stream stream = compress ? new GZipStream(file, CompressionLevel.SmallestSize) : file;
            stream.Write(header);
            stream.Write(content);
        });
    }
}
