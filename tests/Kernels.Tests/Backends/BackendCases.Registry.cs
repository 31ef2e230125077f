namespace MLNet.GradientTrainers.Kernels.Tests;

/// <summary>The rules of the registries, so that a new member is compared on all back ends by being registered.</summary>
public static partial class BackendCases
{
    private static IEnumerable<BackendCase> Registered() =>
        Families.ActivationCases.SelectMany(c => Registered((Activation)c[0]))
            .Concat(Families.LossCases.SelectMany(c => Registered((Loss)c[0])))
            .Concat(Families.OptimizerCases.SelectMany(c => Registered((Optimizer)c[0]).Concat(RegisteredRows((Optimizer)c[0]))));

    private static IEnumerable<BackendCase> Norms()
    {
        foreach ((int rows, int columns) in s_tables)
        {
            // Half the columns or so are too long.
            yield return new($"LimitColumnNorms {rows}x{columns}", 0, backend =>
            {
                using Memory memory = new(backend);
                Tensor<float> x = memory.New(rows * columns, 1);
                backend.LimitColumnNorms(MathF.Sqrt(Math.Max(1, rows) / 3f), x, rows, columns);
                return memory.Read(x);
            });
        }
    }

    private static IEnumerable<BackendCase> Scalings()
    {
        foreach ((int rows, int columns) in s_tables)
        {
            yield return new($"ScaleColumns {rows}x{columns}", 0, backend =>
            {
                using Memory memory = new(backend);
                Tensor<float> mean = memory.New(columns, 1);
                Tensor<float> scale = memory.New(columns, 2);
                Tensor<float> x = memory.New(rows * columns, 3);
                Tensor<float> y = memory.New(rows * columns, 4);
                backend.ScaleColumns(mean, scale, x, y, rows, columns);
                backend.ScaleColumns(default, scale, x, x, rows, columns);
                return memory.Read(x, y);
            });
        }
    }

    private static IEnumerable<BackendCase> Encodings()
    {
        foreach ((int rows, int columns) in s_tables)
        {
            foreach (int bins in new[] { 1, 2, 5 })
            {
                yield return new($"EncodePiecewise {rows}x{columns} in {bins}", 0, backend =>
                {
                    using Memory memory = new(backend);
                    Tensor<float> start = memory.New(bins * columns, 1);

                    // Every third column has no last bin.
                    float[] widths = Numbers(bins * columns, 2, 3);
                    for (int j = 0; j < columns; j += 3)
                    {
                        widths[((bins - 1) * columns) + j] = 0;
                    }

                    Tensor<float> scale = memory.New(bins * columns, 2);
                    backend.Write(widths, scale);
                    Tensor<float> x = memory.New(rows * columns, 3, 2);
                    Tensor<float> y = memory.New(rows * (bins + 1) * columns, 4);
                    Tensor<float> gradient = memory.New(rows * columns, 5);
                    backend.EncodePiecewise(start, scale, x, y, rows, columns, bins);
                    backend.EncodePiecewiseBackward(start, scale, x, memory.New(rows * (bins + 1) * columns, 6), gradient, rows, columns, bins);
                    return memory.Read(y, gradient);
                });
            }
        }
    }

    private static IEnumerable<BackendCase> Registered(Activation activation)
    {
        foreach (float scale in (float[])[1e-3f, 1, 6, 90])
        {
            yield return new($"{activation} within {scale}", 1e-6, backend =>
            {
                const int Length = 1009;
                using Memory memory = new(backend);
                Tensor<float> x = memory.New(Length, 1, scale);
                Tensor<float> y = memory.New(Length, 2);
                Tensor<float> dx = memory.New(Length, 3);
                activation.Forward(backend, x, y);
                activation.Backward(backend, x, y, memory.New(Length, 4), dx);
                return memory.Read(y, dx);
            });
        }

        yield return new($"Affine {activation}", 1e-6, backend =>
        {
            using Memory memory = new(backend);
            Tensor<float> output = memory.New(29 * 35, 1);
            activation.Affine(backend, memory.New(29 * 17, 2), memory.New(17 * 35, 3), memory.New(35, 4), output, 29, 17, 35);
            return memory.Read(output);
        });
    }

    private static IEnumerable<BackendCase> Registered(Loss loss)
    {
        foreach ((int rows, int columns) in ((int, int)[])[(3, 10), (17, 1), (29, 33)])
        {
            foreach (float scale in (float[])[1e-3f, 1, 20])
            {
                yield return new($"{loss} {rows}x{columns} within {scale}", loss is SoftmaxCrossEntropy ? 3e-5 : 3e-6, backend =>
                    Loss(backend, rows, columns, weighted: true, inPlace: false, scale, (b, pass) => loss.Evaluate(b, pass)));
            }
        }
    }

    private static IEnumerable<BackendCase> Registered(Optimizer optimizer)
    {
        foreach (GradientTransform transform in (GradientTransform[])[GradientTransform.None, new(0.5, 0.2, 0.01, 0.02, 0.03)])
        {
            // Every operation of these rules is rounded once, so that not even the lane of one number differs by a bit.
            yield return new($"{optimizer} {transform}", 0, backend =>
            {
                const int Length = 1009;
                using Memory memory = new(backend);
                Tensor<float> weights = memory.New(Length, 1);
                Tensor<float>[] states = [.. Enumerable.Range(0, 3).Select(i => i < optimizer.StateCount ? memory.New(Length, 0, 0) : default)];
                for (int step = 1; step <= 8; step++)
                {
                    Tensor<float> gradient = memory.New(Length, 10 + (ulong)step);
                    optimizer.Step(backend, new UpdatePass<float>(weights, gradient, states[0], states[1], states[2], transform, optimizer.LearningRate, step));
                }

                return memory.Read([weights, .. states]);
            });
        }
    }
}
