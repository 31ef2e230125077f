namespace MLNet.GradientTrainers.Kernels.Tests;

/// <summary>Calls of the operations on images and of the normalizations.</summary>
public static partial class BackendCases
{
    private static readonly (int Rows, ConvolutionShape Shape)[] s_convolutions =
    [
        (0, Conv(3, 5, 5, 4, 3)),
        (1, Conv(1, 1, 1, 1, 1)),
        (2, Conv(1, 28, 28, 32, 5, padding: 2)),
        (2, Conv(1, 12, 11, 33, 5)),
        (3, Conv(3, 16, 16, 32, 5, padding: 2)),
        (1, Conv(32, 9, 14, 64, 5, padding: 2)),
        (17, Conv(32, 3, 3, 17, 3, padding: 1)),
        (3, Conv(7, 6, 9, 5, (2, 3), padding: (1, 2))),
        (2, Conv(16, 9, 7, 48, 1)),
        (2, Conv(5, 9, 7, 3, 1, stride: 2)),
        (3, Conv(4, 9, 10, 18, 3, stride: 2, padding: 1)),
        (2, Conv(3, 13, 11, 9, (3, 2), stride: (2, 3), padding: (2, 0))),
        (2, Conv(2, 4, 5, 16, 3, stride: 4, padding: 5)),
        (1, Conv(2, 3, 2, 3, 2, padding: 4)),
        (2, Conv(3, 11, 12, 20, 3, padding: 2, dilation: 2)),
        (2, Conv(2, 12, 9, 5, (3, 2), stride: (1, 2), padding: 3, dilation: (3, 4))),
        (2, Conv(3, 9, 9, 6, 3, stride: 3, dilation: 2)),
        (2, Conv(8, 7, 6, 12, 3, padding: 1, groups: 4)),
        (2, Conv(64, 5, 5, 64, 3, stride: 2, padding: 1, groups: 2)),
        (3, Conv(19, 8, 7, 19, 3, padding: 1, groups: 19)),
        (2, Conv(32, 9, 9, 32, 5, stride: 2, padding: 2, dilation: 2, groups: 32)),
        (2, Conv(6, 5, 5, 18, 2, padding: 1, groups: 6)),
        (1, Conv(1, 40, 300, 3, (7, 5), padding: (3, 2))),
        (2, Conv(96, 6, 6, 130, 3, padding: 1)),
        (2, Conv(33, 13, 9, 40, 3, padding: 1)),
        (1, Conv(48, 10, 12, 32, 3)),
        (3, Conv(35, 8, 11, 49, 5, padding: 3)),
        (2, Conv(32, 5, 23, 33, 3, padding: 2)),
        (150, Conv(3, 4, 4, 5, 2)),
    ];

    private static readonly (int Rows, PoolingShape Shape)[] s_poolings =
    [
        (0, new(3, 4, 4, 2, 2, 0)),
        (1, new(1, 1, 1, 1, 1, 0)),
        (3, new(32, 14, 14, 2, 2, 0)),
        (2, new(17, 9, 7, 2, 2, 0)),
        (2, new(5, 9, 8, 3, 2, 1)),
        (2, new(16, 6, 7, (3, 2), (1, 1), (2, 1), true)),
        (3, new(3, 8, 5, (2, 3), (3, 1), (1, 0), true)),
        (2, new(10, 7, 7, 7, 1, 0)),
        (40, new(33, 12, 12, 2, 2, 0)),
    ];

    private static IEnumerable<BackendCase> Images() => [.. Convolutions(), .. Poolings(), .. Normalizations(), .. Layouts()];

    private static ConvolutionShape Conv(
        int channels, int height, int width, int filters, Size2D kernel, Size2D stride = default, Size2D padding = default, Size2D dilation = default, int groups = 1) =>
        new(channels, height, width, filters, kernel, stride == default ? 1 : stride, padding, dilation == default ? 1 : dilation, groups);

    private static IEnumerable<BackendCase> Convolutions()
    {
        foreach ((int rows, ConvolutionShape shape) in s_convolutions)
        {
            // Winograd's sums are other ones than the reference's.
            double tolerance = ConvolutionAlgorithms.Of(shape) == ConvolutionAlgorithm.Direct ? 0 : 1e-4;
            foreach (bool biased in (bool[])[false, true])
            {
                yield return new($"Convolution {rows} × {shape}{(biased ? " + bias" : "")}", tolerance, backend =>
                {
                    using Memory memory = new(backend);
                    Tensor<float> output = memory.New(rows * shape.OutputSize, 3);
                    Tensor<float> bias = biased ? memory.New(shape.Filters, 4) : default;
                    backend.Convolution(new Ramp(0.25), shape, memory.New(rows * shape.InputSize, 1), memory.New(shape.WeightSize, 2), bias, output, rows);
                    return memory.Read(output);
                });
            }

            yield return new($"ConvolutionInputGradient {rows} × {shape}", tolerance, backend =>
            {
                using Memory memory = new(backend);
                Tensor<float> gradient = memory.New(rows * shape.InputSize, 3);
                backend.ConvolutionInputGradient(shape, memory.New(rows * shape.OutputSize, 1), memory.New(shape.WeightSize, 2), gradient, rows);
                return memory.Read(gradient);
            });
            yield return new($"ConvolutionWeightGradient {rows} × {shape}", tolerance, backend =>
            {
                using Memory memory = new(backend);
                Tensor<float> gradient = memory.New(shape.WeightSize, 3);
                backend.ConvolutionWeightGradient(shape, memory.New(rows * shape.InputSize, 1), memory.New(rows * shape.OutputSize, 2), gradient, rows);
                return memory.Read(gradient);
            });
        }
    }

    private static IEnumerable<BackendCase> Poolings()
    {
        foreach ((int rows, PoolingShape shape) in s_poolings)
        {
            foreach (bool tied in (bool[])[false, true])
            {
                yield return new($"MaxPool {rows} × {shape}{(tied ? " tied" : "")}", 0, backend =>
                {
                    using Memory memory = new(backend);
                    Tensor<float> x = memory.New(rows * shape.InputSize, 1);
                    if (tied)
                    {
                        backend.Map(default(Steps), x, x);
                    }

                    Tensor<float> y = memory.New(rows * shape.OutputSize, 2);
                    Tensor<float> dx = memory.New(rows * shape.InputSize, 3);
                    backend.MaxPool(shape, x, y, rows);
                    backend.MaxPoolBackward(shape, x, y, memory.New(rows * shape.OutputSize, 4), dx, rows);
                    return memory.Read(x, y, dx);
                });
            }

            yield return new($"AveragePool {rows} × {shape}", 0, backend =>
            {
                using Memory memory = new(backend);
                Tensor<float> y = memory.New(rows * shape.OutputSize, 2);
                Tensor<float> dx = memory.New(rows * shape.InputSize, 3);
                backend.AveragePool(shape, memory.New(rows * shape.InputSize, 1), y, rows);
                backend.AveragePoolBackward(shape, memory.New(rows * shape.OutputSize, 4), dx, rows);
                return memory.Read(y, dx);
            });
        }
    }

    private static IEnumerable<BackendCase> Normalizations()
    {
        foreach ((int rows, int columns) in s_tables)
        {
            int size = rows * columns;
            foreach (bool own in (bool[])[false, true])
            {
                yield return new($"NormalizeColumns {rows}x{columns}{(own ? " own moments" : "")}", 1e-4, backend =>
                {
                    using Memory memory = new(backend);
                    Tensor<float> x = memory.New(size, 1);
                    Tensor<float> y = memory.New(size, 2);
                    Tensor<float> dx = memory.New(size, 3);
                    Tensor<float> mean = memory.New(columns, 4);
                    Tensor<float> variance = memory.New(columns, 5);
                    Tensor<float> scaleGradient = memory.New(columns, 6);
                    Tensor<float> shiftGradient = memory.New(columns, 7);
                    backend.ColumnMoments(x, mean, variance, rows, columns);
                    NormalizationPass<float> pass = new(mean, variance, memory.New(columns, 8), memory.New(columns, 9), 0.1);
                    Tensor<float> dy = memory.New(size, 10);
                    backend.NormalizeColumns(pass, x, y, rows, columns);
                    backend.NormalizeColumnsBackward(pass, x, dy, default, scaleGradient, shiftGradient, own, rows, columns);
                    backend.NormalizeColumnsBackward(pass, x, dy, dx, scaleGradient, shiftGradient, own, rows, columns);
                    return rows == 0 ? [] : memory.Read(y, dx, mean, variance, scaleGradient, shiftGradient);
                });
            }

            yield return new($"NormalizeRows {rows}x{columns}", 1e-4, backend =>
            {
                using Memory memory = new(backend);
                Tensor<float> x = memory.New(size, 1);
                Tensor<float> y = memory.New(size, 2);
                Tensor<float> dx = memory.New(size, 3);
                Tensor<float> alone = memory.New(size, 11);
                Tensor<float> mean = memory.New(rows, 4);
                Tensor<float> variance = memory.New(rows, 5);
                Tensor<float> scaleGradient = memory.New(columns, 6);
                Tensor<float> shiftGradient = memory.New(columns, 7);
                NormalizationPass<float> pass = new(mean, variance, memory.New(columns, 8), memory.New(columns, 9), 0.1);
                Tensor<float> dy = memory.New(size, 10);
                backend.NormalizeRows(pass, x, y, rows, columns);
                if (columns > 0)
                {
                    backend.NormalizeRowsBackward(pass, x, dy, default, scaleGradient, shiftGradient, rows, columns);
                    backend.NormalizeRowsBackward(pass, x, dy, dx, scaleGradient, shiftGradient, rows, columns);
                    backend.NormalizeRowsBackward(pass, x, dy, alone, default, default, rows, columns);
                }

                return columns == 0 ? [] : memory.Read(y, dx, alone, mean, variance, scaleGradient, shiftGradient);
            });
        }
    }

    private static IEnumerable<BackendCase> Layouts()
    {
        foreach (int length in s_lengths)
        {
            yield return new($"Blend {length}", 0, backend =>
            {
                using Memory memory = new(backend);
                Tensor<float> y = memory.New(length, 2);
                backend.Blend(0.1f, memory.New(length, 1), 0.9f, y);
                return memory.Read(y);
            });
        }

        foreach ((int rows, int pixels, int channels) in ((int, int, int)[])[(0, 3, 4), (1, 1, 1), (3, 49, 3), (5, 7, 64), (2, 300, 17), (40, 64, 33)])
        {
            yield return new($"DropoutChannels {rows}x{pixels}x{channels}", 0, backend =>
            {
                using Memory memory = new(backend);
                Tensor<float> x = memory.New(rows * pixels * channels, 1);
                Tensor<float> y = memory.New(rows * pixels * channels, 2);
                backend.DropoutChannels(0.4, 0x123456789ABCDEF0, x, y, rows, pixels, channels);
                backend.DropoutChannels(0.5, 42, x, x, rows, pixels, channels);
                return memory.Read(x, y);
            });
            yield return new($"TransposeEach {rows}x{pixels}x{channels}", 0, backend =>
            {
                using Memory memory = new(backend);
                Tensor<float> x = memory.New(rows * pixels * channels, 1);
                Tensor<float> y = memory.New(rows * pixels * channels, 2);
                Tensor<float> z = memory.New(rows * pixels * channels, 3);
                backend.TransposeEach(x, y, rows, pixels, channels);
                backend.TransposeEach(y, z, rows, channels, pixels);
                return memory.Read(x, y, z);
            });
        }
    }

    /// <summary>Few different values, so that many are equal.</summary>
    internal readonly struct Steps : IActivationRule
    {
        public static bool NeedsInput => true;

        public TLane Forward<TLane>(TLane x)
            where TLane : struct, ILane<TLane> =>
            TLane.Select(TLane.GreaterThan(x, TLane.Create(0.3)), TLane.Create(1), TLane.Select(TLane.GreaterThan(x, TLane.Create(-0.3)), TLane.Create(0.5), TLane.Create(-2)));

        public TLane Backward<TLane>(TLane x, TLane y, TLane outputGradient)
            where TLane : struct, ILane<TLane> => TLane.Create(0);
    }
}
