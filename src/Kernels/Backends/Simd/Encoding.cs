using System.Runtime.CompilerServices;

namespace MLNet.GradientTrainers.Kernels;

public sealed unsafe partial class SimdBackend
{
    /// <inheritdoc/>
    public void EncodePiecewise(Tensor<float> start, Tensor<float> scale, Tensor<float> x, Tensor<float> y, int rows, int columns, int bins)
    {
        Shapes.EncodePiecewise(start, scale, x, y, rows, columns, bins);
        EncodePiecewiseJob job = new(new PiecewiseBins(Pointer(start), Pointer(scale), columns, bins), Pointer(x), Pointer(y));
        Run(ref job, rows, y.Length, 1);
        GC.KeepAlive(start.Buffer);
        GC.KeepAlive(scale.Buffer);
        GC.KeepAlive(x.Buffer);
        GC.KeepAlive(y.Buffer);
    }

    /// <inheritdoc/>
    public void EncodePiecewiseBackward(
        Tensor<float> start, Tensor<float> scale, Tensor<float> x, Tensor<float> outputGradient, Tensor<float> inputGradient, int rows, int columns, int bins)
    {
        Shapes.EncodePiecewiseBackward(start, scale, x, outputGradient, inputGradient, rows, columns, bins);
        EncodePiecewiseBackwardJob job = new(new PiecewiseBins(Pointer(start), Pointer(scale), columns, bins), Pointer(x), Pointer(outputGradient), Pointer(inputGradient));
        Run(ref job, rows, outputGradient.Length, 1);
        GC.KeepAlive(start.Buffer);
        GC.KeepAlive(scale.Buffer);
        GC.KeepAlive(x.Buffer);
        GC.KeepAlive(outputGradient.Buffer);
        GC.KeepAlive(inputGradient.Buffer);
    }

    /// <summary>The bins of neighbouring features, a lane of them at a time.</summary>
    private readonly struct PiecewiseBins(float* start, float* scale, int columns, int bins)
    {
        public readonly int Columns = columns;
        public readonly int Bins = bins;

        /// <summary>One bin of the features from a column on, with 0 and 1 as limits; none below the first bin, and none above the last one that is wider than 0.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Load<TLane>(int bin, int column, out TLane first, out TLane factor, out TLane low, out TLane high)
            where TLane : struct, ISimdLane<TLane>
        {
            nint place = ((nint)bin * Columns) + column;
            first = TLane.Load(start + place);
            factor = TLane.Load(scale + place);
            low = bin == 0 ? TLane.Broadcast(float.NegativeInfinity) : default;
            TLane none = TLane.Broadcast(float.PositiveInfinity);
            high = bin == Bins - 1 ? none : TLane.Select(TLane.EqualTo(TLane.Load(scale + place + Columns), default), none, TLane.Broadcast(1));
        }
    }

    private readonly struct EncodePiecewiseJob(PiecewiseBins bins, float* x, float* y) : IRangeJob
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        public void Run<TLane>(int start, int end)
            where TLane : struct, ISimdLane<TLane>
        {
            int columns = bins.Columns;
            nint outputs = (nint)columns * (bins.Bins + 1);
            for (int first = start; first < end; first += RowsAtOnce)
            {
                int last = Math.Min(end, first + RowsAtOnce);
                for (int i = first; i < last; i++)
                {
                    Unsafe.CopyBlockUnaligned(y + (i * outputs), x + ((nint)i * columns), (uint)columns * sizeof(float));
                }

                for (int bin = 0; bin < bins.Bins; bin++)
                {
                    for (int j = 0; j < columns; j += TLane.Count)
                    {
                        bins.Load(bin, j, out TLane origin, out TLane factor, out TLane low, out TLane high);
                        float* input = x + ((nint)first * columns) + j;
                        float* output = y + (first * outputs) + ((nint)(bin + 1) * columns) + j;
                        for (int i = first; i < last; i++, input += columns, output += outputs)
                        {
                            Lanes.Store(TLane.Max(low, TLane.Min(high, (TLane.Load(input) - origin) * factor)), output, columns - j);
                        }
                    }
                }
            }
        }
    }

    private readonly struct EncodePiecewiseBackwardJob(PiecewiseBins bins, float* x, float* outputGradient, float* inputGradient) : IRangeJob
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        public void Run<TLane>(int start, int end)
            where TLane : struct, ISimdLane<TLane>
        {
            int columns = bins.Columns;
            nint outputs = (nint)columns * (bins.Bins + 1);
            for (int first = start; first < end; first += RowsAtOnce)
            {
                int last = Math.Min(end, first + RowsAtOnce);
                for (int i = first; i < last; i++)
                {
                    Unsafe.CopyBlockUnaligned(inputGradient + ((nint)i * columns), outputGradient + (i * outputs), (uint)columns * sizeof(float));
                }

                for (int bin = 0; bin < bins.Bins; bin++)
                {
                    for (int j = 0; j < columns; j += TLane.Count)
                    {
                        bins.Load(bin, j, out TLane origin, out TLane factor, out TLane low, out TLane high);
                        nint place = ((nint)first * columns) + j;
                        float* gradient = outputGradient + (first * outputs) + ((nint)(bin + 1) * columns) + j;
                        for (int i = first; i < last; i++, place += columns, gradient += outputs)
                        {
                            TLane filled = (TLane.Load(x + place) - origin) * factor;
                            TLane inside = TLane.And(TLane.GreaterThan(filled, low), TLane.GreaterThan(high, filled));
                            Lanes.Store(TLane.Load(inputGradient + place) + TLane.Select(inside, TLane.Load(gradient) * factor, default), inputGradient + place, columns - j);
                        }
                    }
                }
            }
        }
    }
}
