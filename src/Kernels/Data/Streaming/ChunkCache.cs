namespace MLNet.GradientTrainers.Kernels;

/// <summary>
/// Keeps chunks of tables in memory, up to so many bytes, and reads ahead on a thread of its own while others compute. Chunks go in the order in which they came: readers go through a table from window to window.
/// Thread-safe.
/// </summary>
/// <remarks>
/// A chunk that is taken out of its table is left to the garbage collector, as somebody may still be reading it. So that these do not pile up, a collection is asked for when they come to an eighth of the limit, and waited
/// for at a quarter.
/// </remarks>
internal sealed class ChunkCache : IDisposable
{
    /// <summary>Chunks that are read ahead where nothing tells more than that they are read in turn.</summary>
    private const int InTurn = 4;

    private const int FewestWindowChunks = 2;

    private readonly Lock _collections = new();
    private readonly object _gate = new();
    private readonly long _budget;
    private readonly long _garbage;
    private readonly Queue<(PagedTable Table, int Chunk, long Bytes)> _kept = [];
    private readonly Dictionary<(PagedTable Table, int Chunk), object> _arrived = [];
    private readonly HashSet<(PagedTable Table, int Chunk)> _loading = [];
    private readonly Queue<(PagedTable Table, int Chunk)> _wanted = [];
    private readonly HashSet<(PagedTable Table, int Chunk)> _isWanted = [];
    private Thread? _reader;
    private long _bytes;
    private long _dropped;
    private long _collected;
    private bool _disposed;

    /// <param name="limit">Bytes of all memory for rows.</param>
    /// <param name="budget">Bytes of chunks in memory.</param>
    /// <param name="garbage">Bytes of dropped chunks that may wait for the garbage collector.</param>
    public ChunkCache(long limit, long budget, long garbage) => (Limit, _budget, _garbage) = (limit, budget, garbage);

    /// <summary>Bytes of all memory for rows.</summary>
    public long Limit { get; }

    /// <summary>How many read one table at the same time, each in an order of its own, at least 1: they share the memory.</summary>
    public int Readers { get; set; } = 1;

    /// <summary>Chunks read so far, by whomever.</summary>
    public long Loads { get; private set; }

    /// <summary>Chunks that somebody had to wait for.</summary>
    public long Waits { get; private set; }

    /// <inheritdoc cref="PagedTable.Window"/>
    public int WindowOf(PagedTable table)
    {
        if (table.Bytes <= _budget)
        {
            return table.Count;
        }

        // One window is read from while the next one comes.
        long bytes = _budget / (2L * Readers);
        return (int)Math.Clamp(bytes / Math.Max(1, table.Bytes / table.Count), FewestWindowChunks, table.Count);
    }

    /// <inheritdoc cref="PagedTable.Announce"/>
    public void Announce(PagedTable table, int[] sequence)
    {
        int[] places = new int[table.Count];
        Array.Fill(places, -1);
        for (int i = 0; i < sequence.Length; i++)
        {
            places[sequence[i]] = i;
        }

        lock (_gate)
        {
            (table.Sequence, table.Places) = (sequence, places);
            _wanted.Clear();
            _isWanted.Clear();
            ReadAhead(table, sequence, 0, table.Window);
        }
    }

    /// <summary>A chunk that was not in memory.</summary>
    public object Demand(PagedTable table, int chunk)
    {
        (PagedTable, int) key = (table, chunk);
        lock (_gate)
        {
            while (true)
            {
                ObjectDisposedException.ThrowIf(_disposed, typeof(RowSpill));
                if (table.Peek(chunk) is { } present)
                {
                    return present;
                }

                if (_arrived.Remove(key, out object? arrived))
                {
                    table.Put(chunk, arrived);
                    ReadAhead(table, chunk);
                    return arrived;
                }

                if (_loading.Add(key))
                {
                    // Whoever reads ahead would come too late, and in the way of what comes next.
                    _isWanted.Remove(key);
                    break;
                }

                Waits++;
                Monitor.Wait(_gate);
            }

            Waits++;
            ReadAhead(table, chunk);
        }

        object loaded = Load(key);
        lock (_gate)
        {
            _loading.Remove(key);
            table.Put(chunk, loaded);
            Keep(key);
        }

        return loaded;
    }

    /// <summary>Ends the thread, and takes all chunks out of memory.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _disposed = true;
            Monitor.PulseAll(_gate);
        }

        _reader?.Join();
        lock (_gate)
        {
            while (_kept.Count > 0)
            {
                Drop();
            }
        }
    }

    /// <summary>Asks for what will be read after a chunk: the next ones where chunks are read in turn, else as was announced. Under the lock.</summary>
    private void ReadAhead(PagedTable table, int chunk)
    {
        bool inTurn = chunk == table.Last + 1 || table.Places is null;
        table.Last = chunk;
        if (inTurn)
        {
            for (int next = chunk + 1; next < Math.Min(table.Count, chunk + 1 + InTurn); next++)
            {
                Want(table, next);
            }
        }
        else if (table.Places![chunk] is var place and >= 0)
        {
            ReadAhead(table, table.Sequence, place + 1, table.Window);
        }
    }

    private void ReadAhead(PagedTable table, int[] sequence, int start, int count)
    {
        for (int i = start; i < Math.Min(sequence.Length, start + count); i++)
        {
            Want(table, sequence[i]);
        }
    }

    private void Want(PagedTable table, int chunk)
    {
        (PagedTable, int) key = (table, chunk);
        if (_disposed || table.Peek(chunk) is not null || _arrived.ContainsKey(key) || _loading.Contains(key) || !_isWanted.Add(key))
        {
            return;
        }

        _wanted.Enqueue(key);
        if (_reader is null)
        {
            _reader = new Thread(Read) { IsBackground = true, Name = "Rows read ahead" };
            _reader.Start();
        }

        Monitor.PulseAll(_gate);
    }

    /// <summary>The thread that reads ahead.</summary>
    private void Read()
    {
        while (true)
        {
            (PagedTable Table, int Chunk) key;
            lock (_gate)
            {
                while (_wanted.Count == 0 && !_disposed)
                {
                    Monitor.Wait(_gate);
                }

                if (_disposed)
                {
                    return;
                }

                key = _wanted.Dequeue();
                if (!_isWanted.Remove(key) || key.Table.Peek(key.Chunk) is not null || _arrived.ContainsKey(key) || !_loading.Add(key))
                {
                    continue;
                }
            }

            object loaded;
            try
            {
                loaded = Load(key);
            }
            catch (Exception)
            {
                // Who wants the chunk in earnest reads it himself, and is told.
                continue;
            }

            lock (_gate)
            {
                _loading.Remove(key);
                _arrived[key] = loaded;
                Keep(key);
                Monitor.PulseAll(_gate);
            }
        }
    }

    private object Load((PagedTable Table, int Chunk) key)
    {
        long bytes = key.Table.BytesOf(key.Chunk);
        lock (_gate)
        {
            Loads++;
            _bytes += bytes;
            while (_bytes > _budget && _kept.Count > 0)
            {
                Drop();
            }
        }

        Collect();
        try
        {
            return key.Table.Load(key.Chunk);
        }
        catch
        {
            lock (_gate)
            {
                _bytes -= bytes;
                _loading.Remove(key);
                Monitor.PulseAll(_gate);
            }

            throw;
        }
    }

    private void Keep((PagedTable Table, int Chunk) key)
    {
        _kept.Enqueue((key.Table, key.Chunk, key.Table.BytesOf(key.Chunk)));
        Monitor.PulseAll(_gate);
    }

    private void Drop()
    {
        (PagedTable table, int chunk, long bytes) = _kept.Dequeue();
        _arrived.Remove((table, chunk));
        table.Put(chunk, null);
        _bytes -= bytes;
        _dropped += bytes;
    }

    /// <summary>Sees that dropped chunks do not pile up.</summary>
    private void Collect()
    {
        lock (_collections)
        {
            long dropped = Interlocked.Read(ref _dropped);
            if (dropped < _garbage / 2)
            {
                return;
            }

            long done = Math.Max(GC.GetGCMemoryInfo(GCKind.FullBlocking).Index, GC.GetGCMemoryInfo(GCKind.Background).Index);
            if (done != _collected)
            {
                _collected = done;
                Interlocked.Exchange(ref _dropped, 0);
                return;
            }

            GC.Collect(GC.MaxGeneration, GCCollectionMode.Forced, blocking: dropped >= _garbage);
        }
    }
}
