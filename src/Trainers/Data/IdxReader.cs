using System.Buffers.Binary;
using System.Globalization;

namespace MLNet.GradientTrainers;

/// <summary>
/// Reads an IDX file of unsigned bytes as a stream: the header first, then as many bytes as the caller asks for.
/// The format: two zero bytes, the type (0x08 for unsigned bytes), the number of dimensions, each dimension as a big-endian
/// 32-bit number, then the values, last dimension fastest. The file may be gzip-compressed, which is told by its
/// first bytes and not by its name.
/// </summary>
/// <remarks>Source: Y. LeCun, C. Cortes, C. Burges, "The MNIST database of handwritten digits", section "File formats".</remarks>
public sealed class IdxReader : IDisposable
{
    /// <summary>The highest number of dimensions that is read.</summary>
    public const int MaximumDimensions = 8;

    internal const byte UnsignedByte = 0x08;

    /// <summary>Deflate cannot shrink data further than by this factor, so a compressed file bounds what it can hold.</summary>
    private const long DeflateLimit = 1032;

    private readonly DataFile _file;
    private readonly int[] _dimensions;
    private long _remaining;

    /// <summary>Opens a file and reads its header.</summary>
    /// <param name="path">An IDX file, plain or gzip-compressed.</param>
    /// <exception cref="InvalidDataException">
    /// The header is not that of an IDX file of unsigned bytes, or it promises more values than a file of this length can hold.
    /// </exception>
    /// <exception cref="IOException">The file does not exist or cannot be read.</exception>
    public IdxReader(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        Path = path;
        _file = new DataFile(path);
        try
        {
            _dimensions = ReadHeader();
            Length = Product(_dimensions);
            _remaining = Length;
            CheckLength(HeaderLength);
        }
        catch
        {
            _file.Dispose();
            throw;
        }
    }

    /// <summary>The file that is read.</summary>
    public string Path { get; }

    /// <summary>True when the file is gzip-compressed.</summary>
    public bool IsCompressed => _file.IsCompressed;

    /// <summary>The dimensions of the header, in order; for a set of images: count, rows, columns.</summary>
    public IReadOnlyList<int> Dimensions => _dimensions;

    /// <summary>The number of values: the product of the dimensions.</summary>
    public long Length { get; }

    /// <summary>Bytes before the first value.</summary>
    internal long HeaderLength => 4L + (4L * _dimensions.Length);

    /// <summary>Fills the buffer with the next values.</summary>
    /// <param name="values">At most as long as the number of values not yet read.</param>
    /// <exception cref="InvalidDataException">The file ends early, or its compressed data are damaged.</exception>
    public void Read(Span<byte> values)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(values.Length, _remaining);
        int read = ReadAtMost(values);
        _remaining -= read;
        if (read < values.Length)
        {
            throw Error($"it ends after {Text(Length - _remaining)} of {Text(Length)} values promised by its dimensions {Shape(_dimensions)}; it is cut short, fetch it again");
        }
    }

    /// <summary>Checks that nothing follows the last value.</summary>
    /// <exception cref="InvalidDataException">More bytes follow, or the compressed data are damaged.</exception>
    /// <exception cref="InvalidOperationException">Not all values have been read yet.</exception>
    public void EnsureEnd()
    {
        if (_remaining > 0)
        {
            throw new InvalidOperationException($"{Text(_remaining)} values of '{Path}' have not been read yet.");
        }

        Span<byte> extra = stackalloc byte[1];
        if (ReadAtMost(extra) > 0)
        {
            throw Error($"its dimensions {Shape(_dimensions)} promise {Text(Length)} values, but bytes follow the last value");
        }
    }

    /// <summary>Reads the next items, as many as there are but at most some.</summary>
    /// <param name="limit">At least 1; null for all items, unless they are more than such a file holds in earnest.</param>
    /// <returns>Their number and their values.</returns>
    internal (int Count, byte[] Values) ReadItems(long? limit)
    {
        if (limit is null && _file.ExpandsBeyondReason(Length))
        {
            throw Error($"its dimensions {Shape(_dimensions)} promise {Text(Length)} values in {Text(_file.Length)} compressed bytes, which only a file does that is made to fill the memory; if it is meant so, tell how many to read at most (maxRows)");
        }

        int count = (int)Math.Min(_dimensions[0], limit ?? int.MaxValue);
        long length = _dimensions[0] == 0 ? 0 : Length / _dimensions[0] * count;
        if (length > Array.MaxLength)
        {
            throw Error($"its dimensions {Shape(_dimensions)} are more than the {Text(Array.MaxLength)} values that are kept in memory; read fewer (maxRows), or in parts with {nameof(IdxReader)}");
        }

        byte[] values = new byte[length];
        Read(values);
        if (_remaining == 0)
        {
            EnsureEnd();
        }

        return (count, values);
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    /// <summary>Dimensions as people write them: 60000 × 28 × 28.</summary>
    internal static string Shape(IEnumerable<int> dimensions) => string.Join(" × ", dimensions.Select(d => Text(d)));

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    private int[] ReadHeader()
    {
        Span<byte> magic = stackalloc byte[4];
        int read = ReadAtMost(magic);
        if (read < 4)
        {
            throw Error($"expected a header of at least 8 bytes, found {read} bytes");
        }

        if (magic[0] != 0 || magic[1] != 0)
        {
            throw Error($"expected an IDX file, which begins with two zero bytes, found 0x{magic[0]:X2} 0x{magic[1]:X2}");
        }

        if (magic[2] != UnsignedByte)
        {
            throw Error($"expected values of type 0x08 (unsigned byte), found type 0x{magic[2]:X2} ({TypeName(magic[2])}); only files of unsigned bytes are read");
        }

        int rank = magic[3];
        if (rank is 0 or > MaximumDimensions)
        {
            throw Error($"expected 1 to {MaximumDimensions} dimensions, found {rank}");
        }

        var dimensions = new int[rank];
        Span<byte> number = stackalloc byte[4];
        for (int i = 0; i < rank; i++)
        {
            if (ReadAtMost(number) < 4)
            {
                throw Error($"expected {rank} dimensions, but the file ends in dimension {i + 1}");
            }

            uint value = BinaryPrimitives.ReadUInt32BigEndian(number);
            dimensions[i] = value <= int.MaxValue
                ? (int)value
                : throw Error($"expected dimension {i + 1} to be below 2^31, found {Text(value)}");
        }

        return dimensions;
    }

    private long Product(int[] dimensions)
    {
        // A zero makes the file empty whatever the other dimensions are.
        if (dimensions.Contains(0))
        {
            return 0;
        }

        long product = 1;
        foreach (int dimension in dimensions)
        {
            if (product > long.MaxValue / 2 / dimension)
            {
                throw Error($"its dimensions {Shape(dimensions)} promise more values than any file holds");
            }

            product *= dimension;
        }

        return product;
    }

    /// <summary>Compares what the header promises with the length of the file, so that no caller allocates for a promise.</summary>
    private void CheckLength(long headerLength)
    {
        if (IsCompressed)
        {
            if (Length / DeflateLimit > _file.Length)
            {
                throw Error($"its dimensions {Shape(_dimensions)} promise {Text(Length)} values, more than {Text(_file.Length)} compressed bytes can hold");
            }
        }
        else if (_file.Length - headerLength != Length)
        {
            string advice = _file.Length - headerLength < Length ? "; it is cut short, fetch it again" : "; bytes follow the last value";
            throw Error($"its dimensions {Shape(_dimensions)} promise {Text(Length)} values after {headerLength} bytes of header, found {Text(_file.Length - headerLength)}{advice}");
        }
    }

    private int ReadAtMost(Span<byte> values)
    {
        try
        {
            return _file.Content.ReadAtLeast(values, values.Length, throwOnEndOfStream: false);
        }
        catch (InvalidDataException exception)
        {
            throw Error("its compressed data are damaged or cut short (" + exception.Message.TrimEnd('.') + "); fetch it again", exception);
        }
    }

    private InvalidDataException Error(string problem, Exception? inner = null) =>
        new($"Cannot read IDX file '{Path}': {problem}.", inner);

    private static string TypeName(byte type) => type switch
    {
        0x09 => "signed byte",
        0x0B => "16-bit integer",
        0x0C => "32-bit integer",
        0x0D => "32-bit float",
        0x0E => "64-bit float",
        _ => "no type of the format",
    };
}
