using System.Runtime.CompilerServices;
using ILGPU;

namespace MLNet.GradientTrainers.Kernels.Gpu;

/// <summary>A matrix whose lines lie side by side: the right one of a product, or the left one transposed; the filters of a group, or its outputs.</summary>
/// <param name="data">depth × lines of all groups.</param>
/// <param name="lines">Lines of a group.</param>
/// <param name="stride">From an element of a line to the next.</param>
/// <param name="aligned">1 where every element of the first line of a group lies on a border of 16 bytes.</param>
internal readonly struct ColumnOperand(ArrayView<float> data, int lines, int stride, int aligned) : IOperand
{
    private readonly ArrayView<float> _data = data;
    private readonly int _lines = lines;
    private readonly int _stride = stride;
    private readonly int _aligned = aligned;

    public static bool AlongDepth => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Place At(int group, int line) => new(line, (group * _lines) + line, 0, 0);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public F4 Load(Place place, int depth, int end)
    {
        int left = _lines - place.Line;
        if (left <= 0 || depth >= end)
        {
            return default;
        }

        int i = place.Offset + (depth * _stride);
        return _aligned != 0 && left >= 4
            ? Fours.Read(_data, i)
            : new F4(_data[i], left > 1 ? _data[i + 1] : 0, left > 2 ? _data[i + 2] : 0, left > 3 ? _data[i + 3] : 0);
    }
}
