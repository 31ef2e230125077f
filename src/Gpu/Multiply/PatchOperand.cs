using System.Runtime.CompilerServices;
using ILGPU;

namespace MLNet.GradientTrainers.Kernels.Gpu;

/// <summary>
/// The patches of the input, a line for each output pixel (sample, row, column), along the kernel's row and column and the channel: the left side of a convolution.
/// </summary>
internal readonly struct PatchOperand(ArrayView<float> input, PatchGeometry geometry, int aligned) : IOperand
{
    private readonly ArrayView<float> _input = input;
    private readonly PatchGeometry _geometry = geometry;
    private readonly int _aligned = aligned;

    public static bool AlongDepth => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Place At(int group, int line)
    {
        PatchGeometry.Pixel pixel = _geometry.Output(line);
        return new(
            line < _geometry.Outputs ? pixel.Sample : -1,
            group * _geometry.GroupChannels,
            (pixel.Y * _geometry.StrideY) - _geometry.PaddingY,
            (pixel.X * _geometry.StrideX) - _geometry.PaddingX);
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
            return i < 0 ? default : Fours.Read(_input, i);
        }

        return new(Element(place, depth, end), Element(place, depth + 1, end), Element(place, depth + 2, end), Element(place, depth + 3, end));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private float Element(Place place, int depth, int end)
    {
        int i = depth < end ? Index(place, depth) : -1;
        return i < 0 ? 0 : _input[i];
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int Index(Place place, int depth)
    {
        PatchGeometry.Pair weight = _geometry.TapAndChannel(depth);
        PatchGeometry.Pair tap = _geometry.Tap(weight.First);
        int pixel = _geometry.InputOffset(place.Line, place.Y + tap.First, place.X + tap.Second);
        return pixel < 0 ? -1 : pixel + place.Offset + weight.Second;
    }
}
