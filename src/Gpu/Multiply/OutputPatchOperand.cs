using System.Runtime.CompilerServices;
using ILGPU;

namespace MLNet.GradientTrainers.Kernels.Gpu;

/// <summary>
/// The outputs that an input pixel takes part in, a line for each input pixel (sample, row, column), along descending kernel row and column, which are ascending output rows and columns, and the filter:
/// the left side of the input's gradient. Where a stride leaves a tap without an output, the element is 0.
/// </summary>
internal readonly struct OutputPatchOperand(ArrayView<float> outputGradient, PatchGeometry geometry, int aligned) : IOperand
{
    private readonly ArrayView<float> _outputGradient = outputGradient;
    private readonly PatchGeometry _geometry = geometry;
    private readonly int _aligned = aligned;

    public static bool AlongDepth => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Place At(int group, int line)
    {
        PatchGeometry.Pixel pixel = _geometry.Input(line);
        return new(line < _geometry.Inputs ? pixel.Sample : -1, group * _geometry.GroupFilters, pixel.Y + _geometry.PaddingY, pixel.X + _geometry.PaddingX);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public F4 Load(Place place, int depth, int end)
    {
        if (place.Line < 0 || depth >= end)
        {
            return default;
        }

        if (_aligned != 0)
        {
            int i = Index(place, depth);
            return i < 0 ? default : Fours.Read(_outputGradient, i);
        }

        return new(Element(place, depth, end), Element(place, depth + 1, end), Element(place, depth + 2, end), Element(place, depth + 3, end));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private float Element(Place place, int depth, int end)
    {
        int i = depth < end ? Index(place, depth) : -1;
        return i < 0 ? 0 : _outputGradient[i];
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int Index(Place place, int depth)
    {
        PatchGeometry.Pair weight = _geometry.TapAndFilter(depth);
        PatchGeometry.Pair tap = _geometry.Tap(_geometry.Taps - 1 - weight.First);
        int pixel = _geometry.OutputOffset(place.Line, place.Y - tap.First, place.X - tap.Second);
        return pixel < 0 ? -1 : pixel + place.Offset + weight.Second;
    }
}
