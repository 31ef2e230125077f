using System.Runtime.InteropServices;
using ILGPU;
using ILGPU.Runtime;

namespace MLNet.GradientTrainers.Kernels.Gpu;

/// <summary>
/// Tables that never change, copied to the device when rows of them are first asked for, as long as they take no more than half of the memory that is free then. A table that nobody holds any more is given up when
/// the next one comes. The session gives the memory back.
/// </summary>
internal sealed class ResidentTables(GpuSession session, Staging staging)
{
    private readonly List<ResidentTable> _tables = [];

    /// <summary>The share of the free memory that a table may take; the rest is for the network, which may not be there yet.</summary>
    public double Share { get; init; } = 0.5;

    /// <summary>The device's copy of a table; null where there is no room for one.</summary>
    public ResidentTable? Find(IRowSource<float> table)
    {
        foreach (ResidentTable one in CollectionsMarshal.AsSpan(_tables))
        {
            if (one.Source.TryGetTarget(out IRowSource<float>? source) && ReferenceEquals(source, table))
            {
                return one.IsCopied ? one : null;
            }
        }

        _tables.RemoveAll(GiveUp);
        ResidentTable added = Copy(table);
        _tables.Add(added);
        return added.IsCopied ? added : null;
    }

    private bool GiveUp(ResidentTable table)
    {
        if (table.Source.TryGetTarget(out _))
        {
            return false;
        }

        table.Free(session);
        return true;
    }

    private ResidentTable Copy(IRowSource<float> table)
    {
        try
        {
            return table switch
            {
                DenseRows dense when Fits<float>(dense) => new ResidentTable(dense) { Numbers = Copy(dense.Chunks!) },
                ByteRows bytes when Fits<byte>(bytes) => new ResidentTable(bytes) { Bytes = Copy(bytes.Chunks!), Numbers = Copy([bytes.Values.ToArray()]) },
                ClassRows classes when Fits<int>(classes, columns: 1) => new ResidentTable(classes) { Labels = Copy([classes.Labels.ToArray()]) },
                _ => new ResidentTable(table),
            };
        }
        catch (GpuException error) when (error.Failure == GpuFailure.OutOfMemory)
        {
            return new ResidentTable(table);
        }
    }

    private MemoryBuffer1D<T, Stride1D.Dense> Copy<T>(T[][] chunks)
        where T : unmanaged
    {
        MemoryBuffer1D<T, Stride1D.Dense> memory = session.Allocate<T>(Math.Max(1, chunks.Sum(chunk => (long)chunk.Length)));
        long at = 0;
        foreach (T[] chunk in chunks)
        {
            staging.Upload<T>(chunk, memory.View.AsContiguous().SubView(at, chunk.Length));
            at += chunk.Length;
        }

        return memory;
    }

    private bool Fits<T>(IRowSource<float> table, int? columns = null)
        where T : unmanaged =>
        (long)table.Count * (columns ?? table.Width) * Interop.SizeOf<T>() <= Share * session.FreeMemory;
}

/// <summary>A table's copy on the device.</summary>
internal sealed class ResidentTable(IRowSource<float> source)
{
    /// <summary>The table; the copy does not keep it alive.</summary>
    public WeakReference<IRowSource<float>> Source { get; } = new(source);

    /// <summary>The rows one after another; of bytes what each of the 256 stands for.</summary>
    public MemoryBuffer1D<float, Stride1D.Dense>? Numbers { get; init; }

    /// <summary>The rows one after another, as bytes.</summary>
    public MemoryBuffer1D<byte, Stride1D.Dense>? Bytes { get; init; }

    /// <summary>The class of each row.</summary>
    public MemoryBuffer1D<int, Stride1D.Dense>? Labels { get; init; }

    /// <summary>Whether there is a copy.</summary>
    public bool IsCopied => Numbers is not null || Labels is not null;

    /// <summary>Gives its memory back.</summary>
    public void Free(GpuSession session)
    {
        foreach (MemoryBuffer? buffer in (MemoryBuffer?[])[Numbers, Bytes, Labels])
        {
            if (buffer is not null)
            {
                session.Free(buffer);
            }
        }
    }
}
