using ILGPU;
using ILGPU.Runtime;

namespace MLNet.GradientTrainers.Kernels.Gpu;

/// <summary>Memory of a device that is used again and again and grows to the largest need. The queue's order keeps what one operation wrote there from the next one's reach. The session gives it back.</summary>
internal sealed class DeviceList<T>(GpuSession session, Staging staging)
    where T : unmanaged
{
    private const int Smallest = 256;

    private MemoryBuffer1D<T, Stride1D.Dense>? _memory;

    /// <summary>Room for so many elements.</summary>
    public ArrayView<T> Room(int length)
    {
        if (_memory is null || _memory.Length < length)
        {
            long larger = Math.Max(Smallest, Math.Max(length, 2 * (_memory?.Length ?? 0)));
            if (_memory is { } smaller)
            {
                // What still uses it comes first.
                _memory = null;
                session.Wait();
                session.Free(smaller);
            }

            _memory = session.Allocate<T>(larger);
        }

        return _memory.View.AsContiguous().SubView(0, length);
    }

    /// <summary>Elements of the host, whose copy is queued; they have been taken when the call returns.</summary>
    public ArrayView<T> Fill(ReadOnlySpan<T> elements)
    {
        // Never an empty view, which a kernel does not take.
        ArrayView<T> room = Room(Math.Max(1, elements.Length));
        staging.Upload(elements, room.SubView(0, elements.Length));
        return room;
    }
}
