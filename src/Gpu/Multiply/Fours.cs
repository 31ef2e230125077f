using System.Runtime.CompilerServices;
using ILGPU;
using ILGPU.Runtime;

namespace MLNet.GradientTrainers.Kernels.Gpu;

/// <summary>Reading and writing of four neighbours at once.</summary>
internal static class Fours
{
    /// <summary>Bytes of an <see cref="F4"/>, at whose multiples the device wants it to lie.</summary>
    public const int Bytes = 16;

    /// <summary>The view as fours. It must begin on a border of <see cref="Bytes"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ArrayView<F4> Of(ArrayView<float> view) => view.AsAligned(Bytes).Cast<F4>();

    /// <summary>Elements index … index + 3; index must be a multiple of 4.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F4 Read(ArrayView<float> view, int index) => Of(view)[index >> 2];

    /// <summary>Whether all of these, the offset of a tensor in its memory and distances between what is read at once, are multiples of 4: 1, else 0 (a kernel takes no bool).</summary>
    public static int Aligned(params ReadOnlySpan<int> distances)
    {
        foreach (int distance in distances)
        {
            if (distance % 4 != 0)
            {
                return 0;
            }
        }

        return 1;
    }
}
