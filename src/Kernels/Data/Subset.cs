using System.Runtime.CompilerServices;

namespace MLNet.GradientTrainers.Kernels;

/// <summary>Some rows of a table, by index; nothing is copied.</summary>
public sealed class Subset : IEpochRowSource
{
    private const int Block = 256;

    private readonly IRowSource<float> _source;
    private readonly int[] _rows;

    /// <summary>Selects rows.</summary>
    /// <param name="source">The table.</param>
    /// <param name="rows">Indices into it, in the order wanted; repetitions are allowed.</param>
    /// <exception cref="ArgumentOutOfRangeException">The table has no such row.</exception>
    public Subset(IRowSource<float> source, ReadOnlySpan<int> rows)
        : this(source, rows.ToArray())
    {
    }

    /// <summary>The same with rows that are taken over.</summary>
    internal Subset(IRowSource<float> source, int[] rows)
    {
        ArgumentNullException.ThrowIfNull(source);
        (_source, _rows) = source is Subset inner ? (inner._source, rows) : (source, rows);
        foreach (ref int row in rows.AsSpan())
        {
            if ((uint)row >= (uint)source.Count)
            {
                throw RowSources.NoSuchRow(row, source.Count);
            }

            row = source is Subset outer ? outer._rows[row] : row;
        }
    }

    private Subset(IRowSource<float> source, Subset like) => (_source, _rows) = (source, like._rows);

    /// <inheritdoc/>
    public int Count => _rows.Length;

    /// <inheritdoc/>
    public int Width => _source.Width;

    /// <inheritdoc/>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Read(ReadOnlySpan<int> rows, Span<float> destination)
    {
        RowSources.CheckDestination(rows.Length, Width, destination.Length);
        Span<int> block = stackalloc int[Block];
        for (int start = 0; start < rows.Length; start += Block)
        {
            int count = Math.Min(Block, rows.Length - start);
            for (int i = 0; i < count; i++)
            {
                block[i] = Index(rows[start + i]);
            }

            _source.Read(block[..count], destination.Slice(start * Width, count * Width));
        }
    }

    /// <inheritdoc/>
    public IRowSource<float> ForEpoch(int epoch)
    {
        IRowSource<float> source = ImageRows.ForEpoch(_source, epoch);
        return ReferenceEquals(source, _source) ? this : new Subset(source, this);
    }

    /// <summary>The rows as sparse ones; null where the table keeps them dense.</summary>
    internal ISparseRowSource? AsSparse() => _source is ISparseRowSource sparse ? new SparseSubset(this, sparse) : null;

    /// <summary>Turns rows into those of the table behind, which it gives.</summary>
    internal IRowSource<float> Translate(Span<int> rows)
    {
        foreach (ref int row in rows)
        {
            row = Index(row);
        }

        return _source;
    }

    /// <summary>The table.</summary>
    internal IRowSource<float> Source => _source;

    /// <summary>The rows of the table, in their order.</summary>
    internal int[] Rows => _rows;

    /// <summary>The row of the table that a row is.</summary>
    internal int Index(int row) => (uint)row < (uint)_rows.Length ? _rows[row] : throw RowSources.NoSuchRow(row, Count);

    private sealed class SparseSubset(Subset rows, ISparseRowSource source) : ISparseRowSource
    {
        public int Count => rows.Count;

        public int Width => source.Width;

        public double Density => source.Density;

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Read(ReadOnlySpan<int> wanted, Span<float> destination) => rows.Read(wanted, destination);

        public void Row(int row, out ReadOnlySpan<int> columns, out ReadOnlySpan<float> values) => source.Row(rows.Index(row), out columns, out values);
    }
}
