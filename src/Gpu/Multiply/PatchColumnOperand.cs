using System.Runtime.CompilerServices;
using ILGPU;

namespace MLNet.GradientTrainers.Kernels.Gpu;

/// <summary>
/// The patches of the input, a line for each weight of a filter (kernel row, kernel column, channel), along the output's pixels (sample, row, column): the left side of the weights' gradient.
/// </summary>
internal readonly struct PatchColumnOperand(ArrayView<float> input, PatchGeometry geometry, int aligned) : IOperand
{
    private readonly ArrayView<float> _input = input;
    private readonly PatchGeometry _geometry = geometry;
    private readonly int _aligned = aligned;

    public static bool AlongDepth => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Place At(int group, int line)
    {
        PatchGeometry.Pair weight = _geometry.TapAndChannel(line);
        PatchGeometry.Pair tap = _geometry.Tap(weight.First);
        return new(line, (group * _geometry.GroupChannels) + weight.Second, tap.First - _geometry.PaddingY, tap.Second - _geometry.PaddingX);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public F4 Load(Place place, int depth, int end)
    {
        if (place.Line >= _geometry.PatchSize || depth >= end)
        {
            return default;
        }

        PatchGeometry.Pixel output = _geometry.Output(depth);
        int y = output.Y * _geometry.StrideY;
        int x = output.X * _geometry.StrideX;
        if (_aligned != 0)
        {
            int i = _geometry.InputOffset(output.Sample, y + place.Y, x + place.X);
            return i < 0 ? default : Fours.Read(_input, i + place.Offset);
        }

        int group = place.Offset - _geometry.TapAndChannel(place.Line).Second;
        return new(
            Element(group, place.Line, output.Sample, y, x),
            Element(group, place.Line + 1, output.Sample, y, x),
            Element(group, place.Line + 2, output.Sample, y, x),
            Element(group, place.Line + 3, output.Sample, y, x));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private float Element(int group, int line, int sample, int y, int x)
    {
        if (line >= _geometry.PatchSize)
        {
            return 0;
        }

        PatchGeometry.Pair weight = _geometry.TapAndChannel(line);
        PatchGeometry.Pair tap = _geometry.Tap(weight.First);
        int i = _geometry.InputOffset(sample, y + tap.First - _geometry.PaddingY, x + tap.Second - _geometry.PaddingX);
        return i < 0 ? 0 : _input[i + group + weight.Second];
    }
}
