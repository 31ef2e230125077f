using ILGPU;
using ILGPU.Runtime;

namespace MLNet.GradientTrainers.Kernels.Gpu;

public sealed partial class GpuBackend
{
    /// <inheritdoc/>
    public void EncodePiecewise(Tensor<float> start, Tensor<float> scale, Tensor<float> x, Tensor<float> y, int rows, int columns, int bins)
    {
        Shapes.EncodePiecewise(start, scale, x, y, rows, columns, bins);
        PiecewiseBins table = new(View(start), View(scale), columns, bins);
        ArrayView<float> input = View(x);
        ArrayView<float> output = View(y);
        if (y.Length > 0)
        {
            Each<PiecewiseBins, ArrayView<float>, ArrayView<float>>(EncodePiecewiseKernel)(Session.Stream, y.Length, table, input, output);
        }
    }

    /// <inheritdoc/>
    public void EncodePiecewiseBackward(Tensor<float> start, Tensor<float> scale, Tensor<float> x, Tensor<float> outputGradient, Tensor<float> inputGradient, int rows, int columns, int bins)
    {
        Shapes.EncodePiecewiseBackward(start, scale, x, outputGradient, inputGradient, rows, columns, bins);
        PiecewiseBins table = new(View(start), View(scale), columns, bins);
        ArrayView<float> input = View(x);
        ArrayView<float> dy = View(outputGradient);
        ArrayView<float> dx = View(inputGradient);
        if (x.Length > 0)
        {
            Each<PiecewiseBins, ArrayView<float>, ArrayView<float>, ArrayView<float>>(EncodePiecewiseBackwardKernel)(Session.Stream, x.Length, table, input, dy, dx);
        }
    }

    internal static void EncodePiecewiseKernel(Index1D i, PiecewiseBins bins, ArrayView<float> x, ArrayView<float> y)
    {
        int row = i / bins.EncodedWidth;
        int place = i % bins.EncodedWidth;
        float value = x[(row * bins.Columns) + (place % bins.Columns)];
        int k = place - bins.Columns;
        y[i] = k < 0 ? value : GpuLane.Max(new GpuLane(bins.Low(k)), GpuLane.Min(new GpuLane(bins.High(k)), new GpuLane(bins.Filled(k, value)))).Value;
    }

    internal static void EncodePiecewiseBackwardKernel(Index1D i, PiecewiseBins bins, ArrayView<float> x, ArrayView<float> dy, ArrayView<float> dx)
    {
        int column = i % bins.Columns;
        int start = i / bins.Columns * bins.EncodedWidth;
        float value = x[i];
        float sum = dy[start + column];
        for (int k = column; k < bins.EncodedWidth - bins.Columns; k += bins.Columns)
        {
            float filled = bins.Filled(k, value);

            // A NaN lies in no bin; OpenCL's compiler turns the comparisons round as if there were none.
            if (!GpuLane.IsNaN(filled) && filled > bins.Low(k) && filled < bins.High(k))
            {
                sum += dy[start + bins.Columns + k] * bins.Scale[k];
            }
        }

        dx[i] = sum;
    }

    /// <summary>The bins of all columns; k = t · columns + column.</summary>
    internal readonly struct PiecewiseBins(ArrayView<float> start, ArrayView<float> scale, int columns, int bins)
    {
        public readonly ArrayView<float> Start = start;
        public readonly ArrayView<float> Scale = scale;
        public readonly int Columns = columns;
        public readonly int EncodedWidth = (bins + 1) * columns;

        /// <summary>How far a value fills a bin: 0 at its start, 1 at its end.</summary>
        public float Filled(int k, float value) => (value - Start[k]) * Scale[k];

        /// <summary>0; none below the first bin.</summary>
        public float Low(int k) => k < Columns ? float.NegativeInfinity : 0;

        /// <summary>1; none above the last bin that is wider than 0.</summary>
        public float High(int k)
        {
            int next = k + Columns;
            return next >= EncodedWidth - Columns ? float.PositiveInfinity : Scale[next] == 0 ? float.PositiveInfinity : 1;
        }
    }
}
