using ILGPU;
using ILGPU.Runtime;

namespace MLNet.GradientTrainers.Kernels.Gpu;

/// <summary>One thread for each element that is written: the gradients look up the windows that an element lies in, so that nothing is added up from several threads.</summary>
public sealed partial class GpuBackend
{
    /// <inheritdoc/>
    public void MaxPool(in PoolingShape shape, Tensor<float> x, Tensor<float> y, int rows)
    {
        Shapes.MaxPool(shape, x, y, rows);
        ArrayView<float> input = View(x);
        ArrayView<float> output = View(y);
        if (y.Length > 0)
        {
            Each<PoolingSizes, ArrayView<float>, ArrayView<float>>(MaxPoolKernel)(Session.Stream, y.Length, new PoolingSizes(shape), input, output);
        }
    }

    /// <inheritdoc/>
    public void MaxPoolBackward(in PoolingShape shape, Tensor<float> x, Tensor<float> y, Tensor<float> outputGradient, Tensor<float> inputGradient, int rows)
    {
        Shapes.MaxPoolBackward(shape, x, y, outputGradient, inputGradient, rows);
        ArrayView<float> input = View(x);
        ArrayView<float> output = View(y);
        ArrayView<float> dy = View(outputGradient);
        ArrayView<float> dx = View(inputGradient);
        if (x.Length > 0)
        {
            Each<PoolingSizes, ArrayView<float>, ArrayView<float>, ArrayView<float>, ArrayView<float>>(MaxPoolBackwardKernel)(
                Session.Stream, x.Length, new PoolingSizes(shape), input, output, dy, dx);
        }
    }

    /// <inheritdoc/>
    public void AveragePool(in PoolingShape shape, Tensor<float> x, Tensor<float> y, int rows)
    {
        Shapes.AveragePool(shape, x, y, rows);
        ArrayView<float> input = View(x);
        ArrayView<float> output = View(y);
        if (y.Length > 0)
        {
            Each<PoolingSizes, ArrayView<float>, ArrayView<float>>(AveragePoolKernel)(Session.Stream, y.Length, new PoolingSizes(shape), input, output);
        }
    }

    /// <inheritdoc/>
    public void AveragePoolBackward(in PoolingShape shape, Tensor<float> outputGradient, Tensor<float> inputGradient, int rows)
    {
        Shapes.AveragePoolBackward(shape, outputGradient, inputGradient, rows);
        ArrayView<float> dy = View(outputGradient);
        ArrayView<float> dx = View(inputGradient);
        if (dx.Length > 0)
        {
            Each<PoolingSizes, ArrayView<float>, ArrayView<float>>(AveragePoolBackwardKernel)(Session.Stream, inputGradient.Length, new PoolingSizes(shape), dy, dx);
        }
    }

    internal static void MaxPoolKernel(Index1D i, PoolingSizes sizes, ArrayView<float> x, ArrayView<float> y)
    {
        PoolingPlace place = sizes.Output(i);
        PoolingArea window = sizes.Window(place.Y, place.X);
        GpuLane largest = new(float.NegativeInfinity);
        for (int row = window.Top; row < window.Bottom; row++)
        {
            for (int column = window.Left; column < window.Right; column++)
            {
                largest = GpuLane.Max(largest, new GpuLane(x[sizes.Input(place, row, column)]));
            }
        }

        y[i] = largest.Value;
    }

    internal static void MaxPoolBackwardKernel(Index1D i, PoolingSizes sizes, ArrayView<float> x, ArrayView<float> y, ArrayView<float> dy, ArrayView<float> dx)
    {
        PoolingPlace place = sizes.Input(i);
        PoolingArea windows = sizes.WindowsOf(place.Y, place.X);
        float value = x[i];
        float sum = 0;
        for (int outputY = windows.Top; outputY < windows.Bottom; outputY++)
        {
            for (int outputX = windows.Left; outputX < windows.Right; outputX++)
            {
                int output = sizes.Output(place, outputY, outputX);
                float largest = y[output];
                if (value == largest && IsFirst(sizes, place, sizes.Window(outputY, outputX), largest, x))
                {
                    sum += dy[output];
                }
            }
        }

        dx[i] = sum;
    }

    internal static void AveragePoolKernel(Index1D i, PoolingSizes sizes, ArrayView<float> x, ArrayView<float> y)
    {
        PoolingPlace place = sizes.Output(i);
        PoolingArea window = sizes.Window(place.Y, place.X);
        float sum = 0;
        for (int row = window.Top; row < window.Bottom; row++)
        {
            for (int column = window.Left; column < window.Right; column++)
            {
                sum += x[sizes.Input(place, row, column)];
            }
        }

        y[i] = sum / sizes.Count(window);
    }

    internal static void AveragePoolBackwardKernel(Index1D i, PoolingSizes sizes, ArrayView<float> dy, ArrayView<float> dx)
    {
        PoolingPlace place = sizes.Input(i);
        PoolingArea windows = sizes.WindowsOf(place.Y, place.X);
        float sum = 0;
        for (int outputY = windows.Top; outputY < windows.Bottom; outputY++)
        {
            for (int outputX = windows.Left; outputX < windows.Right; outputX++)
            {
                sum += dy[sizes.Output(place, outputY, outputX)] / sizes.Count(sizes.Window(outputY, outputX));
            }
        }

        dx[i] = sum;
    }

    /// <summary>Whether no element of the window before this place is as large.</summary>
    private static bool IsFirst(PoolingSizes sizes, PoolingPlace place, PoolingArea window, float largest, ArrayView<float> x)
    {
        for (int row = window.Top; row <= place.Y; row++)
        {
            int right = row == place.Y ? place.X : window.Right;
            for (int column = window.Left; column < right; column++)
            {
                if (x[sizes.Input(place, row, column)] == largest)
                {
                    return false;
                }
            }
        }

        return true;
    }

    /// <summary>Sample, row, column and channel of an element.</summary>
    internal struct PoolingPlace
    {
        public int Sample, Y, X, Channel;
    }

    /// <summary>Rows [Top, Bottom) and columns [Left, Right).</summary>
    internal struct PoolingArea
    {
        public int Top, Bottom, Left, Right;
    }

    /// <summary><see cref="PoolingShape"/> as a kernel takes it.</summary>
    internal readonly struct PoolingSizes(PoolingShape shape)
    {
        private readonly int _channels = shape.Channels;
        private readonly int _height = shape.Height;
        private readonly int _width = shape.Width;
        private readonly int _outputHeight = shape.OutputHeight;
        private readonly int _outputWidth = shape.OutputWidth;
        private readonly int _kernelHeight = shape.Kernel.Height;
        private readonly int _kernelWidth = shape.Kernel.Width;
        private readonly int _strideHeight = shape.Stride.Height;
        private readonly int _strideWidth = shape.Stride.Width;
        private readonly int _paddingHeight = shape.Padding.Height;
        private readonly int _paddingWidth = shape.Padding.Width;
        private readonly int _countPadding = shape.CountPadding ? 1 : 0;

        public PoolingPlace Input(int index) => Place(index, _height, _width);

        public PoolingPlace Output(int index) => Place(index, _outputHeight, _outputWidth);

        /// <summary>The index of an input element of a place's sample and channel.</summary>
        public int Input(PoolingPlace place, int y, int x) => (((((place.Sample * _height) + y) * _width) + x) * _channels) + place.Channel;

        /// <summary>The index of an output element of a place's sample and channel.</summary>
        public int Output(PoolingPlace place, int y, int x) => (((((place.Sample * _outputHeight) + y) * _outputWidth) + x) * _channels) + place.Channel;

        /// <summary>The part of an output's window that lies in the input.</summary>
        public PoolingArea Window(int y, int x)
        {
            int top = (y * _strideHeight) - _paddingHeight;
            int left = (x * _strideWidth) - _paddingWidth;
            return new PoolingArea
            {
                Top = IntrinsicMath.Max(0, top),
                Bottom = IntrinsicMath.Min(_height, top + _kernelHeight),
                Left = IntrinsicMath.Max(0, left),
                Right = IntrinsicMath.Min(_width, left + _kernelWidth),
            };
        }

        /// <summary>The outputs whose windows contain an input: from the first one that ends behind it to the last one that begins at it or before.</summary>
        public PoolingArea WindowsOf(int y, int x) => new()
        {
            Top = First(y + _paddingHeight, _kernelHeight, _strideHeight),
            Bottom = IntrinsicMath.Min(_outputHeight, ((y + _paddingHeight) / _strideHeight) + 1),
            Left = First(x + _paddingWidth, _kernelWidth, _strideWidth),
            Right = IntrinsicMath.Min(_outputWidth, ((x + _paddingWidth) / _strideWidth) + 1),
        };

        /// <summary>What an average over a window divides by.</summary>
        public int Count(PoolingArea window) => _countPadding != 0 ? _kernelHeight * _kernelWidth : (window.Bottom - window.Top) * (window.Right - window.Left);

        private static int First(int place, int kernel, int stride) => place < kernel ? 0 : ((place - kernel) / stride) + 1;

        private PoolingPlace Place(int index, int height, int width)
        {
            int pixel = index / _channels;
            int line = pixel / width;
            return new PoolingPlace { Channel = index % _channels, X = pixel % width, Y = line % height, Sample = line / height };
        }
    }
}
