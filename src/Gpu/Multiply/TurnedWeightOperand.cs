using System.Runtime.CompilerServices;
using ILGPU;

namespace MLNet.GradientTrainers.Kernels.Gpu;

/// <summary>The weights of a convolution, a line for each channel of a group, along descending kernel row and column and the filter: the right side of the input's gradient.</summary>
internal readonly struct TurnedWeightOperand(ArrayView<float> weights, PatchGeometry geometry, int aligned) : IOperand
{
    private readonly ArrayView<float> _weights = weights;
    private readonly PatchGeometry _geometry = geometry;
    private readonly int _aligned = aligned;

    public static bool AlongDepth => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Place At(int group, int line) => new(line, (line * _geometry.Filters) + (group * _geometry.GroupFilters), 0, 0);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public F4 Load(Place place, int depth, int end)
    {
        if (place.Line >= _geometry.GroupChannels || depth >= end)
        {
            return default;
        }

        if (_aligned != 0)
        {
            return Fours.Read(_weights, Index(place, depth));
        }

        return new(
            _weights[Index(place, depth)],
            depth + 1 < end ? _weights[Index(place, depth + 1)] : 0,
            depth + 2 < end ? _weights[Index(place, depth + 2)] : 0,
            depth + 3 < end ? _weights[Index(place, depth + 3)] : 0);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int Index(Place place, int depth)
    {
        PatchGeometry.Pair weight = _geometry.TapAndFilter(depth);
        return place.Offset + ((_geometry.Taps - 1 - weight.First) * _geometry.GroupChannels * _geometry.Filters) + weight.Second;
    }
}
