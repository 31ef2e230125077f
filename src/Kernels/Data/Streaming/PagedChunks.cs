namespace MLNet.GradientTrainers.Kernels;

/// <summary>A table in chunks, of which only some are in memory at a time.</summary>
internal abstract class PagedTable(ChunkCache cache, int count, Action<int[]>? announced = null)
{
    /// <summary>Number of chunks.</summary>
    public int Count { get; } = count;

    /// <summary>Bytes of all chunks in memory.</summary>
    public abstract long Bytes { get; }

    /// <summary>Bytes of all memory for rows.</summary>
    public long MemoryLimit => cache.Limit;

    /// <summary>How many chunks rows are mixed over, so that they and those read ahead fit into memory; all of them where all fit.</summary>
    public int Window => cache.WindowOf(this);

    /// <summary>Tells in which order the chunks will be read, as far as it is known: for each epoch anew.</summary>
    /// <param name="sequence">Chunks, each at most once.</param>
    public void Announce(int[] sequence)
    {
        announced?.Invoke(sequence);
        cache.Announce(this, sequence);
    }

    /// <summary>Where each chunk stands in <see cref="Sequence"/>; null before one was announced. Used under the cache's lock.</summary>
    internal int[]? Places { get; set; }

    /// <summary>What was announced.</summary>
    internal int[] Sequence { get; set; } = [];

    /// <summary>The chunk that was asked for last.</summary>
    internal int Last { get; set; } = -2;

    protected ChunkCache Cache => cache;

    protected Action<int[]>? Announced => announced;

    /// <summary>Bytes of a chunk in memory.</summary>
    internal abstract long BytesOf(int chunk);

    /// <summary>Reads a chunk. Any thread.</summary>
    internal abstract object Load(int chunk);

    /// <summary>Puts a chunk where readers find it; null takes it away. Who holds it goes on reading.</summary>
    internal abstract void Put(int chunk, object? value);

    /// <summary>The chunk where it is in memory; null elsewhere.</summary>
    internal abstract object? Peek(int chunk);
}

/// <summary>The same for one type of chunks.</summary>
/// <typeparam name="TChunk">An immutable chunk.</typeparam>
/// <param name="cache">What keeps chunks in memory.</param>
/// <param name="count">Number of chunks.</param>
/// <param name="load">Reads a chunk, on any thread.</param>
/// <param name="bytesOf">Bytes of a chunk in memory.</param>
/// <param name="announced">Is told in which order chunks will be read; null for nobody.</param>
internal sealed class PagedChunks<TChunk>(ChunkCache cache, int count, Func<int, TChunk> load, Func<int, long> bytesOf, Action<int[]>? announced = null) : PagedTable(cache, count, announced)
    where TChunk : class
{
    /// <summary>The chunks that are in memory; null where one is not.</summary>
    public TChunk?[] Slots { get; } = new TChunk?[count];

    public override long Bytes { get; } = Enumerable.Range(0, count).Sum(bytesOf);

    /// <summary>A chunk, which is read where it is not in memory.</summary>
    public TChunk this[int chunk] => Volatile.Read(ref Slots[chunk]) ?? (TChunk)Cache.Demand(this, chunk);

    /// <summary>A table of what becomes of each chunk, made anew when one is read.</summary>
    /// <param name="change">Makes a chunk of one, on any thread.</param>
    /// <param name="bytesOfChanged">Bytes of what it makes.</param>
    public PagedChunks<TOther> Select<TOther>(Func<int, TChunk, TOther> change, Func<int, long> bytesOfChanged)
        where TOther : class => new(Cache, Count, chunk => change(chunk, load(chunk)), bytesOfChanged, Announced);

    internal override long BytesOf(int chunk) => bytesOf(chunk);

    internal override object Load(int chunk) => load(chunk);

    internal override void Put(int chunk, object? value) => Volatile.Write(ref Slots[chunk], (TChunk?)value);

    internal override object? Peek(int chunk) => Volatile.Read(ref Slots[chunk]);
}
