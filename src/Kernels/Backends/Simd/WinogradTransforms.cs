using System.Runtime.CompilerServices;

namespace MLNet.GradientTrainers.Kernels;

/// <summary>The transforms of <see cref="WinogradPoints"/> in two dimensions, over all channels of tiles and weights.</summary>
internal static unsafe class WinogradTransforms
{
    /// <summary>Tiles of the image at all points: target[point, tile, channel].</summary>
    /// <param name="tiles">The tiles.</param>
    /// <param name="first">The first one.</param>
    /// <param name="count">Number of tiles.</param>
    /// <param name="patch">Room for a copy of one.</param>
    /// <param name="target">Receives the numbers.</param>
    /// <param name="row">Distance of the tiles there.</param>
    /// <param name="point">Distance of the points there.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Input<TLane>(in WinogradTiles tiles, int first, int count, float* patch, float* target, nint row, nint point)
        where TLane : struct, ISimdLane<TLane>
    {
        int size = WinogradPoints.Count;
        float* halfRoom = stackalloc float[((size * size) + 1) * Lanes.Virtual];
        float* half = Lanes.Align(halfRoom);
        nint channels = tiles.Channels;
        for (int t = 0; t < count; t++, target += row)
        {
            float* source = tiles.Locate(first + t, size, patch, out nint distance);
            for (nint c = 0; c < channels; c += TLane.Count)
            {
                for (int i = 0; i < size; i++)
                {
                    WinogradPoints.Input<TLane>(source + (i * distance) + c, channels, half + (i * size * TLane.Count), TLane.Count);
                }

                for (int i = 0; i < size; i++)
                {
                    WinogradPoints.Input<TLane>(half + (i * TLane.Count), size * TLane.Count, target + (i * point) + c, size * point);
                }
            }
        }
    }

    /// <summary>Tiles of the output's gradient at all points, as the filters of the weights' gradient: target[point, tile, channel].</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Gradient<TLane, TOutputs>(in WinogradTiles tiles, int first, int count, float* patch, float* target, nint row, nint point)
        where TLane : struct, ISimdLane<TLane>
        where TOutputs : struct, IConstant
    {
        int size = WinogradPoints.Count;
        float* halfRoom = stackalloc float[((size * TOutputs.Value) + 1) * Lanes.Virtual];
        float* half = Lanes.Align(halfRoom);
        nint channels = tiles.Channels;
        for (int t = 0; t < count; t++, target += row)
        {
            float* source = tiles.Locate(first + t, TOutputs.Value, patch, out nint distance);
            for (nint c = 0; c < channels; c += TLane.Count)
            {
                for (int i = 0; i < TOutputs.Value; i++)
                {
                    WinogradPoints.Filter<TLane>(TOutputs.Value, source + (i * distance) + c, channels, half + (i * size * TLane.Count), TLane.Count);
                }

                for (int i = 0; i < size; i++)
                {
                    WinogradPoints.Filter<TLane>(TOutputs.Value, half + (i * TLane.Count), size * TLane.Count, target + (i * point) + c, size * point);
                }
            }
        }
    }

    /// <summary>One lane group of weights at all points.</summary>
    /// <param name="source">Its first tap.</param>
    /// <param name="tap">Distance of the taps.</param>
    /// <param name="target">Receives the points.</param>
    /// <param name="point">Distance of the points.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Weights<TLane, TOutputs>(float* source, nint tap, float* target, nint point)
        where TLane : struct, ISimdLane<TLane>
        where TOutputs : struct, IConstant
    {
        int size = WinogradPoints.Count;
        int taps = size + 1 - TOutputs.Value;
        float* halfRoom = stackalloc float[((size * size) + 1) * Lanes.Virtual];
        float* half = Lanes.Align(halfRoom);
        for (int i = 0; i < taps; i++)
        {
            WinogradPoints.Filter<TLane>(taps, source + (i * taps * tap), tap, half + (i * size * TLane.Count), TLane.Count);
        }

        for (int i = 0; i < size; i++)
        {
            WinogradPoints.Filter<TLane>(taps, half + (i * TLane.Count), size * TLane.Count, target + (i * point), size * point);
        }
    }

    /// <summary>One lane group of the weights' gradient, from its sums at all points; target[tap] has room for a whole group each.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void WeightGradient<TLane, TOutputs>(float* source, nint point, float* target)
        where TLane : struct, ISimdLane<TLane>
        where TOutputs : struct, IConstant
    {
        int size = WinogradPoints.Count;
        int taps = size + 1 - TOutputs.Value;
        float* halfRoom = stackalloc float[((size * size) + 1) * Lanes.Virtual];
        float* half = Lanes.Align(halfRoom);
        for (int i = 0; i < size; i++)
        {
            WinogradPoints.Output<TLane>(taps, source + (i * size * point), point, half + (i * taps * TLane.Count), TLane.Count);
        }

        for (int i = 0; i < taps; i++)
        {
            WinogradPoints.Output<TLane>(taps, half + (i * TLane.Count), taps * TLane.Count, target + (i * TLane.Count), taps * TLane.Count);
        }
    }
}
