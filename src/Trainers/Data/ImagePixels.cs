using Microsoft.Win32.SafeHandles;
using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers;

/// <summary>The bytes of images, one image after the other: in memory, or in a file where they are read as they are asked for.</summary>
internal abstract class ImagePixels
{
    /// <summary>The rows in their file, for a trainer that reads them there; null for images in memory.</summary>
    public virtual PixelFile? File => null;

    public static implicit operator ImagePixels(byte[] bytes) => new InMemory(bytes);

    public static implicit operator ImagePixels(ReadOnlyMemory<byte> bytes) => new InMemory(bytes);

    /// <summary>Makes what one cursor reads with.</summary>
    /// <param name="length">Bytes of an image.</param>
    public abstract ImageReader NewReader(int length);

    private sealed class InMemory(ReadOnlyMemory<byte> bytes) : ImagePixels
    {
        public override ImageReader NewReader(int length) => image => bytes.Span.Slice(image * length, length);
    }
}

/// <summary>Gives the bytes of an image, until the next call.</summary>
internal delegate ReadOnlySpan<byte> ImageReader(int image);

/// <summary>Images that stay in their file.</summary>
internal sealed class PixelFile : ImagePixels
{
    /// <summary>Bytes that are read at once where images come in turn.</summary>
    private const int BlockBytes = 1 << 16;

    private readonly long _offset;
    private readonly int _count;
    private readonly SafeFileHandle _handle;
    private readonly FileState _file;

    /// <param name="path">The file.</param>
    /// <param name="offset">Where the first image begins.</param>
    /// <param name="count">Number of images.</param>
    public PixelFile(string path, long offset, int count)
    {
        (_offset, _count, _file) = (offset, count, new FileState(path));
        _handle = System.IO.File.OpenHandle(_file.Path);
    }

    public override PixelFile File => this;

    public override ImageReader NewReader(int length)
    {
        int most = Math.Max(1, BlockBytes / length);
        byte[] block = new byte[most * length];
        int first = 0;
        int filled = 0;
        return image =>
        {
            if (image < first || image >= first + filled)
            {
                // One alone where the order is another one; the longer images come in turn, the more.
                int wanted = image == first + filled ? Math.Min(Math.Clamp(2 * filled, 1, most), _count - image) : 1;
                (first, filled) = (image, 0);
                Read(image, length, block.AsSpan(0, wanted * length));
                filled = wanted;
            }

            return block.AsSpan((image - first) * length, length);
        };
    }

    /// <summary>The images as a trainer's rows, which are read where they lie.</summary>
    /// <param name="length">Bytes of an image.</param>
    /// <param name="values">The 256 numbers that bytes stand for.</param>
    /// <param name="spill">Keeps parts of them in memory.</param>
    public ByteRows Rows(int length, float[] values, RowSpill spill)
    {
        _file.ThrowIfChanged();
        return ByteRows.InFile(_file.Path, _offset, _count, length, values, spill, _file.ThrowIfChanged);
    }

    private void Read(int image, int length, Span<byte> bytes)
    {
        long at = _offset + ((long)image * length);
        for (int done = 0; done < bytes.Length;)
        {
            int read = RandomAccess.Read(_handle, bytes[done..], at + done);
            done += read > 0 ? read : throw new InvalidDataException($"'{_file.Path}' has become shorter since it was loaded: image {image} is missing. Load it again.");
        }
    }
}
