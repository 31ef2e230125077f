namespace MLNet.GradientTrainers.Kernels.Tests;

/// <summary>Operations on sparse batches and on some rows of a table.</summary>
public static partial class BackendCases
{
    private static readonly (int Rows, int Columns, int Outputs)[] s_sparseProducts =
        [(0, 5, 3), (1, 1, 1), (3, 7, 16), (5, 100, 10), (8, 50, 67), (13, 31, 128), (70, 900, 33), (40, 300, 131)];

    private static IEnumerable<BackendCase> Sparse()
    {
        foreach ((int rows, int columns, int outputs) in s_sparseProducts)
        {
            foreach (bool biased in (bool[])[false, true])
            {
                yield return new($"SparseAffine {rows}x{columns} · {columns}x{outputs}{(biased ? " + bias" : "")}", 0, backend =>
                {
                    using Memory memory = new(backend);
                    Tensor<float> output = memory.New(rows * outputs, 1);
                    Tensor<float> bias = biased ? memory.New(outputs, 2) : default;
                    backend.SparseAffine(new Ramp(0.25), Batch(rows, columns), memory.New(columns * outputs, 3), bias, output, outputs);
                    return memory.Read(output);
                });
            }

            yield return new($"SparseWeightGradient {rows}x{columns} · {rows}x{outputs}", 0, backend =>
            {
                using Memory memory = new(backend);
                Tensor<float> gradient = memory.New(columns * outputs, 1);
                backend.SparseWeightGradient(Batch(rows, columns), memory.New(rows * outputs, 2), gradient, outputs);
                return memory.Read(gradient);
            });

            int[] some = SomeRows(columns);
            yield return new($"FillRows {columns}x{outputs}", 0, backend =>
            {
                using Memory memory = new(backend);
                Tensor<float> table = memory.New(columns * outputs, 1);
                backend.FillRows(table, 1.5f, some, outputs);
                return memory.Read(table);
            });
            yield return new($"SumOfSquares of rows {columns}x{outputs}", 1e-5, backend =>
            {
                using Memory memory = new(backend);
                return [(float)backend.SumOfSquares(memory.New(columns * outputs, 1), some, outputs)];
            });
        }
    }

    /// <summary>Steps that are taken late.</summary>
    private static IEnumerable<BackendCase> RegisteredRows(Optimizer optimizer)
    {
        foreach (int columns in (int[])[1, 16, 35, 128])
        {
            foreach (GradientTransform transform in (GradientTransform[])[GradientTransform.None, new(0.5, 0.2, 0.01, 0.02, 0.03)])
            {
                yield return new($"{optimizer} of rows of {columns} {transform}", 0, backend =>
                {
                    const int Rows = 40;
                    using Memory memory = new(backend);
                    Tensor<float> weights = memory.New(Rows * columns, 1);
                    Tensor<float>[] states = [.. Enumerable.Range(0, 3).Select(i => i < optimizer.StateCount ? memory.New(Rows * columns, 0, 0) : default)];
                    RowUpdates updates = new(backend, columns);
                    List<Tensor<float>> gradients = [];
                    for (int step = 1; step <= 6; step++)
                    {
                        gradients.Add(memory.New(Rows * columns, 10 + (ulong)step));
                        optimizer.Step(updates, new UpdatePass<float>(weights, gradients[^1], states[0], states[1], states[2], transform, optimizer.LearningRate, step));
                    }

                    return memory.Read([weights, .. states, .. gradients]);
                });
            }
        }
    }

    private static int[] SomeRows(int count) => [.. Enumerable.Range(0, count).Where(i => i % 3 != 1).Reverse()];

    /// <summary>Rows of a few values each, the first of them without any.</summary>
    private static SparseBatch<float> Batch(int rows, int columns)
    {
        SparseBatch<float> batch = new(columns);
        for (int i = 0; i < rows; i++)
        {
            int[] used = [.. Enumerable.Range(0, Math.Min(i, 30)).Select(j => ((j * 37) + (i * 11)) % columns).Distinct().Order()];
            batch.Add(used, Numbers(used.Length, (ulong)i + 100));
        }

        return batch;
    }

    /// <summary>Gives steps to some rows: to each as many as it has missed, in which the last only shrink the states.</summary>
    private sealed class RowUpdates(IBackend<float> backend, int columns) : IWeightUpdater<float>
    {
        private const int Late = 3;

        public void Update<TRule>(TRule rule, in UpdatePass<float> pass)
            where TRule : unmanaged, IUpdateRule
        {
            UpdateStep<TRule>[] steps = [.. Enumerable.Repeat(new UpdateStep<TRule>(rule, pass.Transform), 8)];
            int[] late = SomeRows(pass.Weights.Length / columns);
            IdleSteps idle = new(Math.Pow(1e-8, 1.0 / Late), 0.9, 0.99, 0.5);
            backend.UpdateRows(steps, idle, pass, late, [.. late.Select(row => row % 8)], columns);
        }
    }
}
