using System.Runtime.CompilerServices;
using ILGPU;

namespace MLNet.GradientTrainers.Kernels.Gpu;

/// <summary>A matrix whose lines lie one after another: the left one of a product, or the right one transposed.</summary>
/// <param name="data">lines × depth.</param>
/// <param name="lines">How many.</param>
/// <param name="stride">From a line to the next.</param>
/// <param name="aligned">1 where lines begin on a border of 16 bytes.</param>
internal readonly struct RowOperand(ArrayView<float> data, int lines, int stride, int aligned) : IOperand
{
    private readonly ArrayView<float> _data = data;
    private readonly int _lines = lines;
    private readonly int _stride = stride;
    private readonly int _aligned = aligned;

    public static bool AlongDepth => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Place At(int group, int line) => new(line, line < _lines ? line * _stride : -1, 0, 0);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public F4 Load(Place place, int depth, int end)
    {
        if (place.Offset < 0 || depth >= end)
        {
            return default;
        }

        int i = place.Offset + depth;
        return _aligned != 0 && depth + 4 <= end
            ? Fours.Read(_data, i)
            : new F4(_data[i], depth + 1 < end ? _data[i + 1] : 0, depth + 2 < end ? _data[i + 2] : 0, depth + 3 < end ? _data[i + 3] : 0);
    }
}
