using System.Runtime.CompilerServices;

namespace MLNet.GradientTrainers.Kernels.Tests;

/// <summary>One call of a back end's operation on seeded data.</summary>
/// <param name="Name">Operation and shape.</param>
/// <param name="Tolerance">Largest error relative to max(1, |expected|), against the reference; 0 for the same bits.</param>
/// <param name="Run">Runs it and gives everything that it wrote.</param>
public sealed record BackendCase(string Name, double Tolerance, Func<IBackend<float>, float[]> Run)
{
    public override string ToString() => Name;
}

/// <summary>Calls of every operation over awkward shapes: 0, 1, primes, larger than any block or vector.</summary>
public static partial class BackendCases
{
    private static readonly int[] s_lengths = [0, 1, 3, 15, 16, 17, 31, 64, 1009, 40_013];
    private static readonly (int Rows, int Columns)[] s_tables =
        [(0, 0), (0, 5), (5, 0), (1, 1), (3, 10), (17, 1), (40_001, 1), (1, 47), (29, 16), (31, 33), (257, 129), (2053, 19)];

    private static readonly (int M, int N, int K)[] s_products =
    [
        (0, 0, 0), (0, 3, 4), (3, 0, 4), (3, 4, 0), (1, 1, 1), (1, 10, 64), (1, 67, 31), (1, 256, 784), (2, 35, 5), (3, 64, 17),
        (5, 7, 3), (13, 16, 40), (14, 32, 64), (15, 33, 65), (27, 31, 1), (29, 17, 300), (64, 10, 512), (67, 1, 129), (127, 129, 131),
        (211, 97, 1), (41, 1031, 23), (60, 80, 1100), (290, 35, 260), (530, 17, 65), (103, 261, 530),
    ];

    /// <summary>All cases.</summary>
    public static IEnumerable<BackendCase> All() =>
        Products().Concat(Affines()).Concat(Elements()).Concat(Rows()).Concat(Losses()).Concat(Sums()).Concat(Updates()).Concat(Norms()).Concat(Scalings()).Concat(Encodings()).Concat(Registered()).Concat(Images()).Concat(Sparse());

    /// <summary>Numbers of mixed sign and size, the same on every machine.</summary>
    public static float[] Numbers(int length, ulong seed, float scale = 1)
    {
        RandomSource random = new(seed);
        float[] numbers = new float[length];
        for (int i = 0; i < length; i++)
        {
            numbers[i] = (float)((random.NextDouble() * 2) - 1) * scale;
        }

        return numbers;
    }

    /// <summary>Fails when a number is neither the expected one, bit for bit or both NaN, nor near it.</summary>
    public static void AssertNear(float[] expected, float[] actual, double tolerance, string name)
    {
        Assert.HasCount(expected.Length, actual, name);
        for (int i = 0; i < expected.Length; i++)
        {
            bool same = BitConverter.SingleToInt32Bits(expected[i]) == BitConverter.SingleToInt32Bits(actual[i])
                || (float.IsNaN(expected[i]) && float.IsNaN(actual[i]))
                || Math.Abs((double)expected[i] - actual[i]) <= tolerance * Math.Max(1, Math.Abs(expected[i]));
            Assert.IsTrue(same, $"{name}: element {i} is {actual[i]:R}, expected {expected[i]:R}.");
        }
    }

    private static IEnumerable<BackendCase> Products()
    {
        foreach ((int m, int n, int k) in s_products)
        {
            for (int flags = 0; flags < 8; flags++)
            {
                bool transposeA = (flags & 1) != 0;
                bool transposeB = (flags & 2) != 0;
                bool accumulate = (flags & 4) != 0;
                string name = $"MatMul {m}x{k}{(transposeA ? "ᵀ" : "")} · {k}x{n}{(transposeB ? "ᵀ" : "")}{(accumulate ? " +" : "")}";
                yield return new(name, 0, backend =>
                {
                    using Memory memory = new(backend);
                    Tensor<float> c = memory.New(m * n, 3);
                    backend.MatMul(memory.New(m * k, 1), transposeA, memory.New(k * n, 2), transposeB, c, m, n, k, accumulate);
                    return memory.Read(c);
                });
            }
        }
    }

    private static IEnumerable<BackendCase> Affines()
    {
        foreach ((int m, int n, int k) in s_products)
        {
            foreach (bool biased in (bool[])[false, true])
            {
                yield return new($"Affine {m}x{k} · {k}x{n}{(biased ? " + bias" : "")}", 0, backend =>
                {
                    using Memory memory = new(backend);
                    Tensor<float> output = memory.New(m * n, 3);
                    Tensor<float> bias = biased ? memory.New(n, 4) : default;
                    backend.Affine(new Ramp(0.25), memory.New(m * k, 1), memory.New(k * n, 2), bias, output, m, k, n);
                    return memory.Read(output);
                });
            }
        }
    }

    private static IEnumerable<BackendCase> Elements()
    {
        foreach (int length in s_lengths)
        {
            yield return Mapped<Ramp>("ramp", length, new(0.1), 0);
            yield return Mapped<Exponential>("exp", length, default, 1e-6);
            yield return Mapped<Logarithm>("log", length, default, 1e-6);
            yield return Mapped<Tangent>("tanh", length, default, 1e-6);
            yield return Mapped<Mixture>("mixture", length, default, 0);
            yield return new($"AddScaled {length}", 0, backend =>
            {
                using Memory memory = new(backend);
                Tensor<float> y = memory.New(length, 2);
                backend.AddScaled(0.3f, memory.New(length, 1), y);
                return memory.Read(y);
            });
            yield return new($"Dropout {length}", 0, backend =>
            {
                using Memory memory = new(backend);
                Tensor<float> x = memory.New(length, 1);
                Tensor<float> y = memory.New(length, 2);
                backend.Dropout(0.3, 0x123456789ABCDEF0, x, y);
                backend.Dropout(0.5, 42, x, x);
                return memory.Read(x, y);
            });
            yield return new($"Fill, Copy {length}", 0, backend =>
            {
                using Memory memory = new(backend);
                Tensor<float> x = memory.New(length, 1);
                Tensor<float> y = memory.New(length, 2);
                Tensor<float> z = memory.New(length, 3);
                backend.Copy(x, y);
                backend.Fill(z, 1.5f);
                return memory.Read(x, y, z);
            });
        }
    }

    private static BackendCase Mapped<TRule>(string name, int length, TRule rule, double tolerance)
        where TRule : struct, IActivationRule => new($"Map {name} {length}", tolerance, backend =>
    {
        using Memory memory = new(backend);
        Tensor<float> x = memory.New(length, 1, 5);
        Tensor<float> y = memory.New(length, 2);
        Tensor<float> dx = memory.New(length, 3);
        Tensor<float> dy = memory.New(length, 4);
        backend.Map(rule, x, y);
        backend.MapBackward(rule, x, y, dy, dx);
        backend.MapBackward(rule, x, y, dy, dy);
        backend.Map(rule, x, x);
        return memory.Read(x, y, dx, dy);
    });

    private static IEnumerable<BackendCase> Rows()
    {
        foreach ((int rows, int columns) in s_tables)
        {
            int size = rows * columns;
            foreach (bool accumulate in (bool[])[false, true])
            {
                yield return new($"SumRows {rows}x{columns}{(accumulate ? " +" : "")}", 0, backend =>
                {
                    using Memory memory = new(backend);
                    Tensor<float> sums = memory.New(columns, 2);
                    backend.SumRows(memory.New(size, 1), sums, rows, columns, accumulate);
                    return memory.Read(sums);
                });
            }

            yield return new($"Softmax {rows}x{columns}", 1e-6, backend =>
            {
                using Memory memory = new(backend);
                Tensor<float> x = memory.New(size, 1, 20);
                Tensor<float> y = memory.New(size, 2);
                Tensor<float> dy = memory.New(size, 3);
                Tensor<float> dx = memory.New(size, 4);
                backend.Softmax(x, y, rows, columns);
                backend.SoftmaxBackward(y, dy, dx, rows, columns);
                backend.SoftmaxBackward(y, dy, dy, rows, columns);
                backend.Softmax(x, x, rows, columns);
                return memory.Read(x, y, dx, dy);
            });
            yield return new($"Matches {rows}x{columns}", 0, backend =>
            {
                using Memory memory = new(backend);
                Tensor<float> x = memory.New(size, 1);
                Tensor<float> y = memory.New(size, 1);
                Tensor<float> z = memory.New(size, 2);
                Tensor<float> same = memory.New(rows, 3);
                Tensor<float> other = memory.New(rows, 4);
                backend.Matches(x, y, default, same, rows, columns);
                backend.Matches(x, z, memory.New(rows, 5), other, rows, columns);
                return memory.Read(same, other);
            });
            yield return new($"Gather {rows}x{columns}", 0, backend =>
            {
                using Memory memory = new(backend);
                Tensor<float> batch = memory.New(size, 1);
                int[] order = Enumerable.Range(0, rows).Select(i => (i * 7) % 11).ToArray();
                backend.Gather(new Table(11, columns), order, batch);
                return memory.Read(batch);
            });
        }
    }

    private static IEnumerable<BackendCase> Losses()
    {
        foreach ((int rows, int columns) in s_tables)
        {
            for (int flags = 0; flags < 4; flags++)
            {
                bool weighted = (flags & 1) != 0;
                bool inPlace = (flags & 2) != 0;
                string shape = $"{rows}x{columns}{(weighted ? " weighted" : "")}{(inPlace ? " in place" : "")}";
                yield return new($"ElementLoss {shape}", 3e-6, backend =>
                    Loss(backend, rows, columns, weighted, inPlace, 1, (b, pass) => b.ElementLoss(default(Squares), pass)));
                yield return new($"SoftmaxCrossEntropy {shape}", 3e-5, backend =>
                    Loss(backend, rows, columns, weighted, inPlace, 20, (b, pass) => b.SoftmaxCrossEntropy(weighted ? 0.1 : 0, pass)));
            }
        }
    }

    private static float[] Loss(
        IBackend<float> backend, int rows, int columns, bool weighted, bool inPlace, float scale, Action<IBackend<float>, LossPass<float>> evaluate)
    {
        using Memory memory = new(backend);
        Tensor<float> prediction = memory.New(rows * columns, 1, scale);
        Tensor<float> losses = memory.New(rows, 4);
        Tensor<float> weights = weighted ? memory.New(rows, 3) : default;
        Tensor<float> gradient = inPlace ? prediction : memory.New(rows * columns, 5);
        LossPass<float> pass = new(prediction, memory.New(rows * columns, 2), weights, losses, gradient, 0.7, rows, columns);
        evaluate(backend, pass with { Gradient = default });
        float[] withoutGradient = memory.Read(losses);
        evaluate(backend, pass);
        return [.. withoutGradient, .. memory.Read(losses, gradient)];
    }

    private static IEnumerable<BackendCase> Sums()
    {
        foreach (int length in (int[])[.. s_lengths, 4095, 4096, 4097, 3 * 4096])
        {
            yield return new($"Sum, SumOfSquares {length}", 1e-5, backend =>
            {
                using Memory memory = new(backend);
                Tensor<float> x = memory.New(length, 1);
                return [(float)backend.Sum(x), (float)backend.SumOfSquares(x)];
            });
        }
    }

    private static IEnumerable<BackendCase> Updates()
    {
        GradientTransform[] transforms = [GradientTransform.None, new(0.5, 0.2, 0.01, 0.02)];
        foreach (int length in s_lengths)
        {
            foreach (GradientTransform transform in transforms)
            {
                yield return new($"Update {length} {transform}", 1e-6, backend =>
                {
                    using Memory memory = new(backend);
                    Tensor<float>[] t = [.. Enumerable.Range(1, 5).Select(i => memory.New(length, (ulong)i))];
                    UpdatePass<float> pass = new(t[0], t[1], t[2], t[3], t[4], transform, 0.1, 1);
                    backend.Update(default(NoState), pass);
                    backend.Update(default(OneState), pass);
                    backend.Update(default(ThreeStates), pass);
                    return memory.Read(t);
                });
            }
        }
    }

    /// <summary>Tensors at uneven offsets inside larger buffers, with guards on both sides that must not change.</summary>
    private sealed class Memory(IBackend<float> backend) : IDisposable
    {
        private const int Guard = 5;
        private const float Mark = 12345.5f;
        private readonly List<Tensor<float>> _all = [];

        public Tensor<float> New(int length, ulong seed, float scale = 1)
        {
            Tensor<float> whole = backend.Allocate(length + (2 * Guard));
            backend.Fill(whole, Mark);
            _all.Add(whole);
            Tensor<float> tensor = whole.Slice(Guard, length);
            backend.Write(Numbers(length, seed, scale), tensor);
            return tensor;
        }

        public float[] Read(params Tensor<float>[] tensors)
        {
            List<float> numbers = [];
            foreach (Tensor<float> tensor in tensors)
            {
                float[] part = new float[tensor.Length];
                backend.Read(tensor, part);
                numbers.AddRange(part);
            }

            return [.. numbers];
        }

        public void Dispose()
        {
            foreach (Tensor<float> whole in _all)
            {
                float[] numbers = Read(whole);
                foreach (float guard in (float[])[.. numbers[..Guard], .. numbers[^Guard..]])
                {
                    Assert.AreEqual(Mark, guard, "Something was written outside a tensor.");
                }

                whole.Buffer!.Dispose();
            }
        }
    }

    private sealed class Table(int count, int width) : IRowSource<float>
    {
        public int Count => count;

        public int Width => width;

        public void Read(ReadOnlySpan<int> rows, Span<float> destination)
        {
            for (int i = 0; i < rows.Length; i++)
            {
                for (int j = 0; j < width; j++)
                {
                    destination[(i * width) + j] = (rows[i] * 1000) + j;
                }
            }
        }
    }

    internal readonly struct Ramp(double slope) : IActivationRule
    {
        private readonly double _slope = slope;

        public static bool NeedsInput => true;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TLane Forward<TLane>(TLane x)
            where TLane : struct, ILane<TLane> => TLane.Max(x, x * TLane.Create(_slope));

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TLane Backward<TLane>(TLane x, TLane y, TLane outputGradient)
            where TLane : struct, ILane<TLane> =>
            TLane.Select(TLane.GreaterThan(x, TLane.Create(0)), outputGradient, outputGradient * TLane.Create(_slope));
    }

    internal readonly struct Exponential : IActivationRule
    {
        public static bool NeedsInput => false;

        public TLane Forward<TLane>(TLane x)
            where TLane : struct, ILane<TLane> => TLane.Exp(x);

        public TLane Backward<TLane>(TLane x, TLane y, TLane outputGradient)
            where TLane : struct, ILane<TLane> => y * outputGradient;
    }

    internal readonly struct Logarithm : IActivationRule
    {
        public static bool NeedsInput => true;

        public TLane Forward<TLane>(TLane x)
            where TLane : struct, ILane<TLane> => TLane.Log(x);

        public TLane Backward<TLane>(TLane x, TLane y, TLane outputGradient)
            where TLane : struct, ILane<TLane> => outputGradient / TLane.Max(TLane.Abs(x), TLane.Create(0.1));
    }

    internal readonly struct Tangent : IActivationRule
    {
        public static bool NeedsInput => false;

        public TLane Forward<TLane>(TLane x)
            where TLane : struct, ILane<TLane> => TLane.Tanh(x);

        public TLane Backward<TLane>(TLane x, TLane y, TLane outputGradient)
            where TLane : struct, ILane<TLane> => outputGradient * (TLane.Create(1) - (y * y));
    }

    /// <summary>Every exactly rounded primitive of a lane.</summary>
    internal readonly struct Mixture : IActivationRule
    {
        public static bool NeedsInput => true;

        public TLane Forward<TLane>(TLane x)
            where TLane : struct, ILane<TLane> =>
            TLane.Min(TLane.Sqrt(TLane.Abs(x)), TLane.FusedMultiplyAdd(x, x, -x)) + TLane.Sqrt(x);

        public TLane Backward<TLane>(TLane x, TLane y, TLane outputGradient)
            where TLane : struct, ILane<TLane> => TLane.Max(outputGradient / x, y) - TLane.Min(x, y);
    }

    internal readonly struct Squares : ILossRule
    {
        public TLane Value<TLane>(TLane prediction, TLane target)
            where TLane : struct, ILane<TLane> => (prediction - target) * (prediction - target);

        public TLane Derivative<TLane>(TLane prediction, TLane target)
            where TLane : struct, ILane<TLane> => TLane.Create(2) * (prediction - target);
    }

    internal readonly struct NoState : IUpdateRule
    {
        public static int StateCount => 0;

        public void Update<TLane>(ref TLane weight, TLane gradient, ref TLane state0, ref TLane state1, ref TLane state2)
            where TLane : struct, ILane<TLane> => weight -= TLane.Create(0.1) * gradient;
    }

    internal readonly struct OneState : IUpdateRule
    {
        public static int StateCount => 1;

        public void Update<TLane>(ref TLane weight, TLane gradient, ref TLane state0, ref TLane state1, ref TLane state2)
            where TLane : struct, ILane<TLane>
        {
            state0 = (TLane.Create(0.9) * state0) + gradient;
            weight -= TLane.Create(0.1) * state0;
        }
    }

    internal readonly struct ThreeStates : IUpdateRule
    {
        public static int StateCount => 3;

        public void Update<TLane>(ref TLane weight, TLane gradient, ref TLane state0, ref TLane state1, ref TLane state2)
            where TLane : struct, ILane<TLane>
        {
            state0 += gradient;
            state1 += gradient * gradient;
            state2 = TLane.Max(state2, state1);
            weight -= state0 / (TLane.Sqrt(TLane.Abs(state2)) + TLane.Create(1));
        }
    }

    /// <summary>Weight and states shrink by a tenth.</summary>
    internal readonly struct Decay : IUpdateRule
    {
        public static int StateCount => 3;

        public void Update<TLane>(ref TLane weight, TLane gradient, ref TLane state0, ref TLane state1, ref TLane state2)
            where TLane : struct, ILane<TLane>
        {
            TLane share = TLane.Create(0.9);
            weight *= share;
            state0 *= share;
            state1 *= share;
            state2 *= share;
        }
    }
}
