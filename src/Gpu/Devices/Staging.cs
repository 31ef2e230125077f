using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using ILGPU;
using ILGPU.Runtime;

namespace MLNet.GradientTrainers.Kernels.Gpu;

/// <summary>
/// Page-locked memory of the host that copies to the device start from, so that they are queued like all else: a piece is taken, filled and sent, and is free again after the next wait for the device. Only
/// when all of it has been used since then does it wait by itself.
/// </summary>
internal sealed class Staging(GpuSession session) : IDisposable
{
    private const int Smallest = 1 << 20;
    private const int Largest = 1 << 26;
    private const int Border = 64;

    private PageLockedArray1D<byte>? _memory;
    private int _used;
    private long _waits;

    /// <summary>A piece to fill, which must be sent before the next one is taken.</summary>
    public Span<T> Take<T>(int length)
        where T : unmanaged
    {
        int bytes = checked(length * Unsafe.SizeOf<T>());
        int room = (int)(_memory?.Length ?? 0);
        if (_waits != session.Waits)
        {
            // All that was sent before that wait has arrived.
            _waits = session.Waits;
            _used = 0;
        }

        if (bytes > room - _used)
        {
            Wait();
            if (bytes > room || (4L * bytes > room && room < Largest))
            {
                Dispose();
                session.Bind();
                _memory = session.Accelerator.AllocatePageLocked1D<byte>((int)Math.Max(bytes, Math.Clamp(4L * bytes, Smallest, Largest)), uninitialized: true);

                // Giving the smaller memory back was a wait, too: not one for what is taken from now on.
                _waits = session.Waits;
            }
        }

        Span<T> piece = MemoryMarshal.Cast<byte, T>(_memory!.Span.Slice(_used, bytes));
        _used = Math.Min((_used + bytes + Border - 1) & -Border, (int)_memory.Length);
        return piece;
    }

    /// <summary>Queues the copy of a piece that was taken.</summary>
    public void Send<T>(Span<T> piece, ArrayView<T> destination)
        where T : unmanaged
    {
        if (!piece.IsEmpty)
        {
            session.Bind();
            session.BytesWritten += (long)piece.Length * Unsafe.SizeOf<T>();
            destination.CopyFromCPUUnsafeAsync(session.Stream, ref MemoryMarshal.GetReference(piece), piece.Length);
        }
    }

    /// <summary>Copies to the device: what is small is only queued, what is large waits, for which it is not copied twice.</summary>
    public void Upload<T>(ReadOnlySpan<T> source, ArrayView<T> destination)
        where T : unmanaged
    {
        if ((long)source.Length * Unsafe.SizeOf<T>() > Largest / 4)
        {
            session.Bind();
            session.BytesWritten += (long)source.Length * Unsafe.SizeOf<T>();
            destination.CopyFromCPU(session.Stream, source);
            session.Wait();
            return;
        }

        Span<T> piece = Take<T>(source.Length);
        source.CopyTo(piece);
        Send(piece, destination);
    }

    /// <summary>Gives the memory back.</summary>
    public void Dispose()
    {
        if (_memory is { } memory)
        {
            _memory = null;
            session.Release(memory);
        }
    }

    private void Wait()
    {
        if (_used > 0)
        {
            session.Wait();
        }

        _waits = session.Waits;
        _used = 0;
    }
}
