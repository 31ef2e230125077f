using System.Buffers;
using System.Numerics;

namespace MLNet.GradientTrainers.Kernels;

/// <summary>What all row sources share: their checks, and reading single-precision rows in another precision.</summary>
internal static class RowSources
{
    /// <summary>
    /// The source in the precision of a network. A source that implements <see cref="IRowSource{T}"/> for it is read directly; else its numbers are widened.
    /// </summary>
    public static IRowSource<T> As<T>(IRowSource<float> source)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => source as IRowSource<T> ?? new WideningRows<T>(source);

    /// <summary>Above this share of values that are not 0 a dense product is faster: it takes many numbers for each that it reads. (Measured: 0.05 to 0.1.)</summary>
    private const double LargestSparseDensity = 0.05;

    /// <summary>Below this width there is nothing to save.</summary>
    private const int SmallestSparseWidth = 64;

    /// <summary>The rows as sparse ones, where a network is faster so; else null.</summary>
    public static ISparseRowSource? Sparse(IRowSource<float> source)
    {
        ISparseRowSource? sparse = source is Subset subset ? subset.AsSparse() : source as ISparseRowSource;
        return sparse is not null && PaysSparse(sparse.Density, sparse.Width) ? sparse : null;
    }

    /// <summary>
    /// The table behind views of it (subsets, another order of an image's numbers), where it never changes from one reading to the next, so that a back end may keep a copy: rows that differ from epoch to epoch
    /// are no such table, nor are sources that are not known here.
    /// </summary>
    /// <param name="source">A source.</param>
    /// <param name="rows">Rows of the source; become those of the table, which holds only where there is one.</param>
    /// <param name="channels">1 where numbers stand in the order in which the source gives them; else the table has [pixels, channels] for what the source gives as [channels, pixels].</param>
    /// <returns>The table; null for none.</returns>
    public static IRowSource<float>? Fixed(IRowSource<float> source, Span<int> rows, out int channels)
    {
        channels = 1;
        while (true)
        {
            switch (source)
            {
                case Subset subset:
                    source = subset.Translate(rows);
                    break;
                case BinaryRows answers:
                    return answers.Values;
                case ChannelsLastRows images when channels == 1:
                    (source, channels) = images.Stored;
                    break;
                default:
                    return source is DenseRows or ByteRows or ClassRows && source is not IPagedRowSource { Paging: not null } ? source : null;
            }
        }
    }

    /// <summary>Whether a dense layer is faster with the values that are not 0 alone.</summary>
    /// <param name="density">Their share.</param>
    /// <param name="width">Columns of a row.</param>
    public static bool PaysSparse(double density, int width) => density <= LargestSparseDensity && width >= SmallestSparseWidth;

    public static void CheckWidth(int width)
    {
        if (width is < 1 or > TensorShape.MaxElements)
        {
            throw new ArgumentOutOfRangeException(nameof(width), width, $"A row must have between 1 and {TensorShape.MaxElements:N0} columns, not {width}.");
        }
    }

    public static void CheckDestination(int rows, int width, int length)
    {
        if (length < (long)rows * width)
        {
            throw new ArgumentException($"{rows} rows of {width} columns do not fit into {length} elements.", "destination");
        }
    }

    public static ArgumentOutOfRangeException NoSuchRow(int row, int count) =>
        new("rows", row, $"There is no row {row}: the data has {count} rows, counted from 0.");

    /// <summary>Reads through a rented buffer, which keeps it safe for several threads and free of garbage.</summary>
    private sealed class WideningRows<T>(IRowSource<float> source) : IRowSource<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        public int Count => source.Count;

        public int Width => source.Width;

        public void Read(ReadOnlySpan<int> rows, Span<T> destination)
        {
            CheckDestination(rows.Length, Width, destination.Length);
            float[] row = ArrayPool<float>.Shared.Rent(Width);
            for (int i = 0; i < rows.Length; i++)
            {
                source.Read(rows.Slice(i, 1), row.AsSpan(0, Width));
                for (int j = 0; j < Width; j++)
                {
                    destination[(i * Width) + j] = T.CreateTruncating(row[j]);
                }
            }

            ArrayPool<float>.Shared.Return(row);
        }
    }
}
