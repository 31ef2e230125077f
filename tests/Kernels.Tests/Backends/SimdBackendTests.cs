using System.Globalization;
using System.Reflection;

namespace MLNet.GradientTrainers.Kernels.Tests;

/// <summary>The SIMD back end against itself: with other threads, vector widths, instruction sets and blocks; and what it allocates.</summary>
[TestClass]
public sealed class SimdBackendTests
{
    public TestContext TestContext { get; set; } = null!;

    [TestMethod]
    [DataRow(1, 128)]
    [DataRow(1, 256)]
    [DataRow(1, 512)]
    [DataRow(2, 512)]
    [DataRow(3, 256)]
    [DataRow(5, 128)]
    public void GivesTheSameBitsForEveryWidthAndNumberOfThreads(int threads, int width)
    {
        using SimdBackend one = new(1);
        using SimdBackend other = new(threads, width);
        AssertSameBits(one, other);
    }

    /// <summary>Inside of its operation a loop's arithmetic is no longer inlined, which takes three times as long.</summary>
    [TestMethod]
    public void EveryLoopIsCompiledAloneAndAtOnce()
    {
        Type[] contracts = [typeof(IRangeJob), typeof(IVectorJob)];
        Type[] jobs = [.. typeof(IRangeJob).Assembly.GetTypes().Where(type => !type.IsInterface && type.GetInterfaces().Intersect(contracts).Any())];
        Assert.IsGreaterThan(30, jobs.Length);
        string[] others =
        [
            .. jobs.Where(job => job.GetMethod(nameof(IRangeJob.Run))!.MethodImplementationFlags is var flags
                && !(flags.HasFlag(MethodImplAttributes.AggressiveOptimization) && flags.HasFlag(MethodImplAttributes.NoInlining))).Select(job => job.Name),
        ];
        Assert.IsEmpty(others, $"Their Run lacks {nameof(MethodImplAttributes.AggressiveOptimization)} or {nameof(MethodImplAttributes.NoInlining)}: {string.Join(", ", others)}.");
    }

    [TestMethod]
    public void GivesTheSameBitsForEveryBlock()
    {
        // 2048 elements: blocks of one panel and 64 rows of b, so that most of the products are cut several times in both directions.
        using SimdBackend one = new(1);
        using SimdBackend other = new(2, 512, 2048);
        AssertSameBits(one, other);
    }

    /// <summary>Rows 4 KB apart are copied; with little packing memory in several pieces.</summary>
    [TestMethod]
    [DataRow(1, false)]
    [DataRow(2, true)]
    public void RowsThatShareTheirPlacesInTheCacheGiveTheSameSums(int threads, bool littleMemory)
    {
        using SimdBackend backend = littleMemory ? new(threads, SimdBackend.WidestVector, 50_000) : new(threads);
        foreach (var (m, n, k, transposeA, accumulate) in new[] { (101, 256, 1024, false, true), (1024, 256, 21, true, false) })
        {
            float[] a = BackendCases.Numbers(m * k, 1);
            float[] b = BackendCases.Numbers(k * n, 2);
            float[] c = BackendCases.Numbers(m * n, 3);
            Tensor<float> result = New(c);
            backend.MatMul(New(a), transposeA, New(b), false, result, m, n, k, accumulate);
            float[] actual = new float[m * n];
            backend.Read(result, actual);
            for (int i = 0; i < m * n; i++)
            {
                float sum = accumulate ? c[i] : 0;
                for (int p = 0; p < k; p++)
                {
                    sum = MathF.FusedMultiplyAdd(a[transposeA ? (p * m) + (i / n) : (i / n * k) + p], b[(p * n) + (i % n)], sum);
                }

                Assert.AreEqual(sum, actual[i], $"{m}x{n}x{k}, element {i}");
            }
        }

        Tensor<float> New(float[] numbers)
        {
            Tensor<float> tensor = backend.Allocate(numbers.Length);
            backend.Write(numbers, tensor);
            return tensor;
        }
    }

    /// <summary>The JIT compiler's switches take instruction sets away, as on older machines, for a process of its own.</summary>
    [TestMethod]
    [DataRow("DOTNET_EnableAVX512", 256)]
    [DataRow("DOTNET_EnableAVX2", 128)]
    [DataRow("DOTNET_EnableHWIntrinsic", 128)]
    public void GivesTheSameBitsWithoutInstructionSets(string knob, int widest)
    {
        string[] lines = ChildProcess.Run(Fingerprints.Command, (knob, "0"));
        int width = int.Parse(lines[0], CultureInfo.InvariantCulture);
        Assert.IsTrue(width <= widest, $"{knob}=0 left vectors of {width} bits.");
        string[] expected = [.. Fingerprints.All()];
        Assert.HasCount(expected.Length + 1, lines);
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.AreEqual(expected[i], lines[i + 1]);
        }
    }

    [TestMethod]
    [DataRow(1)]
    [DataRow(2)]
    public void AllocatesNothingInTheSteadyState(int threads)
    {
        using SimdBackend backend = new(threads);
        using SteadyState state = new(backend);
        for (int i = 0; i < 3; i++)
        {
            state.CallEverything();
        }

        // The test host allocates now and then on threads of its own: the least of several rounds is ours.
        long least = long.MaxValue;
        for (int round = 0; round < 20 && least > 0; round++)
        {
            long before = GC.GetTotalAllocatedBytes(true);
            state.CallEverything();
            least = Math.Min(least, GC.GetTotalAllocatedBytes(true) - before);
        }

        Assert.AreEqual(0, least);
        long own = GC.GetAllocatedBytesForCurrentThread();
        state.CallEverything();
        Assert.AreEqual(own, GC.GetAllocatedBytesForCurrentThread());
    }

    [TestMethod]
    public void NamesWidthAndThreads()
    {
        using IBackend<float> one = Backend.Create(BackendKind.Simd, 1);
        using IBackend<float> three = new SimdBackend(3, 256);
        using IBackend<float> all = Backend.Create();
        StringAssert.EndsWith(one.Name, ", 1 thread)");
        Assert.AreEqual("SIMD (Vector256, 3 threads)", three.Name);
        StringAssert.Contains(all.Name, $" {Environment.ProcessorCount} thread");
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => Backend.Create(BackendKind.Simd, -1));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => Backend.Create((BackendKind)99));
    }

    [TestMethod]
    public void TellsOfAnErrorInARowSource()
    {
        using SimdBackend backend = new(2);
        Tensor<float> batch = backend.Allocate(100 * 1000);
        int[] rows = [.. Enumerable.Range(0, 100)];
        for (int failing = 0; failing < 100; failing += 99)
        {
            FailingRows source = new(failing);
            Assert.AreEqual($"row {failing}", Assert.ThrowsExactly<InvalidDataException>(() => backend.Gather(source, rows, batch)).Message);
        }

        backend.Fill(batch, 1);
        Assert.AreEqual(100_000, backend.Sum(batch));
    }

    private static void AssertSameBits(SimdBackend one, SimdBackend other)
    {
        foreach (BackendCase item in BackendCases.All())
        {
            BackendCases.AssertNear(item.Run(one), item.Run(other), 0, item.Name);
        }
    }

    private sealed class FailingRows(int failing) : IRowSource<float>
    {
        public int Count => 100;

        public int Width => 1000;

        public void Read(ReadOnlySpan<int> rows, Span<float> destination)
        {
            if (rows.Contains(failing))
            {
                throw new InvalidDataException($"row {failing}");
            }

            destination.Clear();
        }
    }

    /// <summary>Tensors that are large enough for the team, and a call of every operation on them.</summary>
    private sealed class SteadyState(SimdBackend backend) : IDisposable
    {
        private const int Rows = 256, Inputs = 300, Outputs = 200, WinogradRows = 20;
        private readonly Tensor<float> _x = backend.Allocate(Rows * Inputs);
        private readonly Tensor<float> _y = backend.Allocate(Rows * Outputs);
        private readonly Tensor<float> _dy = backend.Allocate(Rows * Outputs);
        private readonly Tensor<float> _weights = backend.Allocate(Inputs * Outputs);
        private readonly Tensor<float> _gradient = backend.Allocate(Inputs * Outputs);
        private readonly Tensor<float> _state = backend.Allocate(Inputs * Outputs);
        private readonly Tensor<float> _bias = backend.Allocate(Outputs);
        private readonly Tensor<float> _losses = backend.Allocate(Rows);
        private readonly Tensor<float> _image = backend.Allocate(WinogradRows * WinogradTests.Small.InputSize);
        private readonly Tensor<float> _result = backend.Allocate(WinogradRows * WinogradTests.Small.OutputSize);
        private readonly float[] _host = new float[Rows * Outputs];
        private readonly int[] _order = [.. Enumerable.Range(0, Rows)];
        private readonly DenseRows _table = new(BackendCases.Numbers(Rows * Inputs, 1), Inputs);
        private readonly Sgd _optimizer = new() { Momentum = 0.9 };

        // 300 inputs are 3 channels of 10 × 10 pixels; 200 outputs 8 of 5 × 5.
        private readonly ConvolutionShape _convolution = new(3, 10, 10, 8, 3, 2, 1, 1, 1);
        private readonly PoolingShape _pooling = new(8, 5, 5, 1, 1, 0);

        public void CallEverything()
        {
            backend.Gather(_table, _order, _x);
            backend.Fill(_bias, 0.1f);
            backend.Write(_host, _dy);
            backend.Copy(_dy, _y);
            backend.Affine(default(ReLURule), _x, _weights, _bias, _y, Rows, Inputs, Outputs);
            backend.MatMul(_x, true, _dy, false, _gradient, Inputs, Outputs, Rows);
            backend.MatMul(_dy, false, _weights, true, _x, Rows, Inputs, Outputs, accumulate: true);
            backend.Map(default(SigmoidRule), _y, _y);
            backend.MapBackward(default(SigmoidRule), _y, _y, _dy, _dy);
            backend.AddScaled(0.5f, _y, _dy);
            backend.Dropout(0.5, 7, _y, _y);
            backend.SumRows(_dy, _bias, Rows, Outputs);
            backend.Softmax(_y, _y, Rows, Outputs);
            backend.SoftmaxBackward(_y, _dy, _dy, Rows, Outputs);
            LossPass<float> pass = new(_y, _dy, default, _losses, default, 1, Rows, Outputs);
            backend.ElementLoss(default(MeanSquaredErrorRule), pass);
            backend.SoftmaxCrossEntropy(0.1, pass);
            Tensor<float> weights = _weights.Slice(0, _convolution.WeightSize);
            Tensor<float> columns = _bias.Slice(0, 25);
            backend.Convolution(default(ReLURule), _convolution, _x, weights, _bias.Slice(0, 8), _y, Rows);
            backend.ConvolutionInputGradient(_convolution, _dy, weights, _x, Rows);
            backend.ConvolutionWeightGradient(_convolution, _x, _dy, weights, Rows);
            backend.Convolution(default(ReLURule), WinogradTests.Small, _image, _weights.Slice(0, WinogradTests.Small.WeightSize), default, _result, WinogradRows);
            backend.ConvolutionInputGradient(WinogradTests.Small, _result, _weights.Slice(0, WinogradTests.Small.WeightSize), _image, WinogradRows);
            backend.ConvolutionWeightGradient(WinogradTests.Small, _image, _result, _gradient.Slice(0, WinogradTests.Small.WeightSize), WinogradRows);
            backend.MaxPool(_pooling, _dy, _y, Rows);
            backend.MaxPoolBackward(_pooling, _y, _y, _y, _dy, Rows);
            backend.AveragePool(_pooling, _dy, _y, Rows);
            backend.AveragePoolBackward(_pooling, _y, _dy, Rows);
            NormalizationPass<float> normalization = new(_bias.Slice(0, 8), _bias.Slice(8, 8), _bias.Slice(16, 8), _bias.Slice(24, 8), 0.1);
            backend.ColumnMoments(_y, normalization.Mean, normalization.Variance, Rows * 25, 8);
            backend.NormalizeColumns(normalization, _y, _dy, Rows * 25, 8);
            backend.NormalizeColumnsBackward(normalization, _y, _dy, default, columns.Slice(0, 8), columns.Slice(8, 8), true, Rows * 25, 8);
            Tensor<float> half = _x.Slice(0, Rows * (Outputs / 2));
            Tensor<float> bin = _bias.Slice(0, Outputs / 2);
            backend.EncodePiecewise(bin, bin, half, _dy, Rows, Outputs / 2, 1);
            backend.EncodePiecewiseBackward(bin, bin, half, _dy, _y.Slice(0, half.Length), Rows, Outputs / 2, 1);
            NormalizationPass<float> rows = new(_gradient.Slice(0, Rows), _gradient.Slice(Rows, Rows), _bias, _bias, 0.1);
            backend.NormalizeRows(rows, _y, _dy, Rows, Outputs);
            backend.NormalizeRowsBackward(rows, _y, _dy, default, _weights.Slice(0, Outputs), _weights.Slice(Outputs, Outputs), Rows, Outputs);
            backend.Blend(0.5f, _dy, 0.5f, _y);
            backend.DropoutChannels(0.5, 7, _y, _y, Rows, 25, 8);
            backend.TransposeEach(_y, _dy, Rows, 25, 8);
            backend.Matches(_y, _dy, default, _losses, Rows, Outputs);
            _ = backend.Sum(_x) + backend.SumOfSquares(_x);
            _optimizer.Step(backend, new UpdatePass<float>(_weights, _gradient, _state, default, default, GradientTransform.None, 0.1, 1));
            backend.Read(_dy, _host);
        }

        public void Dispose()
        {
            foreach (Tensor<float> tensor in (Tensor<float>[])[_x, _y, _dy, _weights, _gradient, _state, _bias, _losses, _image, _result])
            {
                tensor.Buffer!.Dispose();
            }
        }
    }
}
