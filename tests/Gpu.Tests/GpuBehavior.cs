namespace MLNet.GradientTrainers.Kernels.Gpu.Tests;

/// <summary>What a back end with a queue and memory of its own must do beside computing what the others compute.</summary>
public abstract class GpuBehavior
{
    private GpuBackend _gpu = null!;

    private GpuBackend Gpu => _gpu;

    [TestInitialize]
    public void CreateBackend() => _gpu = Create();

    [TestCleanup]
    public void DisposeBackend() => _gpu?.Dispose();

    [TestMethod]
    public void GathersWhatTheSourceReads()
    {
        foreach (IRowSource<float> source in Sources())
        {
            int[] rows = [.. Enumerable.Range(0, 23).Select(i => (i * 5) % source.Count)];
            float[] expected = new float[rows.Length * source.Width];
            source.Read(rows, expected);
            Tensor<float> batch = Gpu.Allocate(expected.Length);
            for (int time = 0; time < 2; time++)
            {
                Gpu.Fill(batch, -1);
                Gpu.Gather(source, rows, batch);
                TrainingFixture.AssertSameBits(expected, Values(batch));
            }
        }
    }

    [TestMethod]
    public void TablesThatNeverChangeStayOnTheDevice()
    {
        const int Batch = 8;
        int[] rows = [.. Enumerable.Range(0, Batch)];
        foreach (IRowSource<float> source in Sources().SkipLast(2))
        {
            Tensor<float> batch = Gpu.Allocate(Batch * source.Width);
            Gpu.Gather(source, rows, batch);
            long written = Gpu.Session.BytesWritten;
            long waits = Gpu.Session.Waits;
            for (int i = 0; i < 10; i++)
            {
                Gpu.Gather(source, rows, batch);
            }

            Assert.AreEqual(10 * Batch * sizeof(int), Gpu.Session.BytesWritten - written, "Only the numbers of the rows go to the device.");
            Assert.AreEqual(waits, Gpu.Session.Waits, "Nothing waits for a batch.");
        }
    }

    [TestMethod]
    public void TablesThatNobodyHoldsAreGivenUp()
    {
        Tensor<float> batch = Gpu.Allocate(4);
        GatherOnce(batch, 4);
        long free = Gpu.FreeMemory!.Value;
        for (int i = 0; i < 5; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
            GatherOnce(batch, 4);
        }

        Assert.AreEqual(free, Gpu.FreeMemory);

        [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.NoInlining)]
        void GatherOnce(Tensor<float> destination, int width) => Gpu.Gather(new DenseRows(new float[1000 * width], width), [3], destination);
    }

    [TestMethod]
    public void WhatDoesNotFitIsReadByTheHost()
    {
        ResidentTables none = new(Gpu.Session, new Staging(Gpu.Session)) { Share = 0 };
        DenseRows rows = new([1, 2, 3, 4], 2);
        Assert.IsNull(none.Find(rows));
        Assert.IsNull(none.Find(rows));
    }

    [TestMethod]
    public void HostMemoryHasBeenTakenWhenACallReturns()
    {
        // From one float to more than page-locked memory takes at once.
        foreach (int length in (int[])[1, 1000, 300_000, 5_000_000])
        {
            float[] numbers = new float[length];
            Array.Fill(numbers, 7);
            Tensor<float> x = Gpu.Allocate(length);
            Gpu.Write(numbers, x);
            Array.Fill(numbers, 8);
            Assert.IsTrue(Values(x).All(value => value == 7), $"{length}");
            x.Buffer!.Dispose();
        }

        int[] rows = [1, 0];
        Tensor<float> table = Gpu.Allocate(6);
        Gpu.FillRows(table, 1, rows, 2);
        rows[0] = rows[1] = 2;
        CollectionAssert.AreEqual(new[] { 1f, 1, 1, 1, 0, 0 }, Values(table));
    }

    /// <summary>Also where the memory grows, which waits by itself: a piece on its way is not taken again.</summary>
    [TestMethod]
    public void PiecesOnTheirWayDoNotOverlap()
    {
        using Staging staging = new(Gpu.Session);
        Tensor<float> x = Gpu.Allocate(2_000_000);
        foreach (int length in (int[])[10, 1_000_000, 2_000_000])
        {
            staging.Send(staging.Take<float>(10), Gpu.View(x.Slice(0, 10)));
            Span<float> first = staging.Take<float>(length);
            staging.Send(first, Gpu.View(x.Slice(0, length)));
            long waits = Gpu.Session.Waits;
            Span<float> second = staging.Take<float>(10);
            Assert.IsTrue(Gpu.Session.Waits > waits || !first.Overlaps(second), $"{length}");
        }
    }

    [TestMethod]
    public void ManySmallWritesAreQueued()
    {
        // 40 times 100 kB: several times round the page-locked memory.
        const int Length = 25_000;
        Tensor<float>[] all = [.. Enumerable.Range(0, 40).Select(_ => Gpu.Allocate(Length))];
        long waits = Gpu.Session.Waits;
        float[] numbers = new float[Length];
        for (int i = 0; i < all.Length; i++)
        {
            Array.Fill(numbers, i);
            Gpu.Write(numbers, all[i]);
        }

        Assert.IsLessThan(10, Gpu.Session.Waits - waits);
        for (int i = 0; i < all.Length; i++)
        {
            Assert.IsTrue(Values(all[i]).All(value => value == i), $"{i}");
        }
    }

    [TestMethod]
    [DataRow(double.NaN)]
    [DataRow(double.PositiveInfinity)]
    public void ANormThatIsNoNumberLeavesAllAsItIs(double squares)
    {
        float[] start = [1, -2, 3];
        Tensor<float>[] all = [New(start), New(start), New(start), New(start)];
        using Totals totals = TotalsOf(squares);
        long waits = Gpu.Session.Waits;
        new Adam().Step(Gpu, Pass(all) with { Clip = new NormClip(totals, 1, 0.5) });
        Assert.AreEqual(waits, Gpu.Session.Waits, "Nothing waits for the norm.");
        foreach (Tensor<float> one in all)
        {
            TrainingFixture.AssertSameBits(start, Values(one));
        }
    }

    [TestMethod]
    [DataRow(4.0)]
    [DataRow(0.01)]
    [DataRow(0.0)]
    public void ANormIsClippedAsOnTheProcessor(double squares)
    {
        Assert.IsTrue(NormClip.TryScale(squares, 0.5, out double scale));
        Tensor<float>[] clipped = [New([1, -2, 3]), New([3, 0.5f, -1]), New([0, 0, 0]), New([0, 0, 0])];
        Tensor<float>[] wanted = [New([1, -2, 3]), clipped[1], New([0, 0, 0]), New([0, 0, 0])];
        using Totals totals = TotalsOf(squares);
        new Adam().Step(Gpu, Pass(clipped) with { Clip = new NormClip(totals, 1, 0.5) });
        new Adam().Step(Gpu, Pass(wanted) with { Transform = GradientTransform.None with { Scale = scale } });
        for (int i = 0; i < wanted.Length; i++)
        {
            TrainingFixture.AssertSameBits(Values(wanted[i]), Values(clipped[i]));
        }
    }

    [TestMethod]
    public void TheSameStepsGiveTheSameBits()
    {
        float[] first = Train();
        Assert.IsTrue(first.All(float.IsFinite));
        TrainingFixture.AssertSameBits(first, Train());
    }

    [TestMethod]
    public void WhatIsNoNumberIsTakenAsOnTheProcessor()
    {
        float[] x = BackendCases.Numbers(60, 1);
        x[3] = x[17] = float.NaN;
        x[22] = float.PositiveInfinity;
        x[31] = x[32] = x[36] = x[37] = float.NegativeInfinity;
        Func<IBackend<float>, float[]>[] operations =
        [
            backend => Run(backend, x, (input, output) => backend.MaxPool(new PoolingShape(1, 12, 5, (2, 3), 1, 0), input, output.Slice(0, 33), 1)),
            backend => Run(backend, x, (input, output) =>
            {
                Tensor<float> largest = backend.Allocate(12);
                PoolingShape shape = new(1, 12, 5, (2, 2), 2, 0);
                backend.MaxPool(shape, input, largest, 1);
                backend.MaxPoolBackward(shape, input, largest, Tensor(backend, BackendCases.Numbers(12, 2)), output, 1);
            }),
            backend => Run(backend, x, (input, output) => backend.LimitColumnNorms(0.5f, input, 12, 5)),
            backend => Run(backend, x, (input, output) => backend.EncodePiecewise(Tensor(backend, [-0.5f, 0]), Tensor(backend, [2, 2]), input.Slice(0, 20), output, 20, 1, 2)),
            backend => Run(backend, x, (input, output) => backend.EncodePiecewiseBackward(
                Tensor(backend, [-0.5f, 0]), Tensor(backend, [2, 2]), input.Slice(0, 20), Tensor(backend, BackendCases.Numbers(60, 2)), output.Slice(0, 20), 20, 1, 2)),
            backend => Run(backend, x, (input, output) => backend.Matches(input, Tensor(backend, BackendCases.Numbers(60, 1)), default, output.Slice(0, 12), 12, 5)),
            backend => Run(backend, x, (input, output) => backend.Softmax(input, output, 12, 5)),
            backend => Run(backend, x, (input, output) => backend.SumRows(input, output.Slice(0, 5), 12, 5)),
            backend => Run(backend, x, (input, output) => new Lion().Step(backend, Updated(backend, input, output))),
            backend => Run(backend, x, (input, output) => new Adam().Step(backend, Updated(backend, output, input))),
            backend => Run(backend, x, (input, output) => new Adam().Step(backend, Updated(backend, output, input) with { Transform = new GradientTransform(0.5, 0.2, 0.1, 0.1, 0.01) })),
        ];
        using ReferenceBackend<float> reference = new();
        for (int i = 0; i < operations.Length; i++)
        {
            BackendCases.AssertNear(operations[i](reference), operations[i](Gpu), 1e-6, $"operation {i}");
        }

        static UpdatePass<float> Updated(IBackend<float> backend, Tensor<float> weights, Tensor<float> gradient) =>
            new(weights, gradient, backend.Allocate(60), backend.Allocate(60), default, GradientTransform.None, 0.1, 1);
    }

    /// <summary>Rows and steps of a training.</summary>
    private protected abstract (int Rows, int Steps) Training { get; }

    private protected abstract GpuBackend Create();

    /// <summary>All kinds of sources; the last two are no tables that never change.</summary>
    private static IEnumerable<IRowSource<float>> Sources()
    {
        const int Count = 40;
        TensorShape image = new(3, 2, 4);
        float[] numbers = BackendCases.Numbers(Count * image.Size, 1);
        DenseRows dense = new(numbers, image.Size);
        DenseRowsBuilder builder = new(image.Size);
        ByteRows bytes = new([.. Enumerable.Range(0, Count * image.Size).Select(i => (byte)(i * 31))], image.Size, 1 / 255f);
        for (int i = 0; i < Count; i++)
        {
            builder.Add(numbers.AsSpan(i * image.Size, image.Size));
        }

        yield return dense;
        yield return builder.Build();
        yield return bytes;
        yield return new ClassRows([.. Enumerable.Range(0, Count).Select(i => i * i % 7)], 7);
        yield return new ChannelsLastRows(dense, image);
        yield return new Subset(new Subset(new ChannelsLastRows(bytes, image), [5, 4, 3, 2, 30, 31, 32, 33, 8]), [8, 7, 0, 1, 2, 3, 4, 5]);
        yield return new ChannelsLastRows(new ChannelsLastRows(dense, image), image);
        yield return new AugmentedRows(dense, image, new ImageAugmentation { Shift = 1 }, seed: 3).ForEpoch(2);
    }

    /// <summary>Some steps of a classifier of sparse and of gathered rows, with dropout, normalization, clipping and Adam.</summary>
    private float[] Train()
    {
        const int Inputs = 40, Classes = 7;
        (int rows, int steps) = Training;
        SparseBatch<float> sparse = new(Inputs);
        for (int i = 0; i < rows; i++)
        {
            sparse.Add([i % Inputs / 2, 20 + (i % 13)], [1, (i % 5) - 2.5f]);
        }

        ClassRows labels = new([.. Enumerable.Range(0, rows).Select(i => i % Classes)], Classes);
        int[] order = [.. Enumerable.Range(0, rows)];
        Tensor<float> parameters = New(BackendCases.Numbers((Inputs * Classes) + (3 * Classes), 1));
        Tensor<float> gradients = Gpu.Allocate(parameters.Length);
        Tensor<float>[] states = [Gpu.Allocate(parameters.Length), Gpu.Allocate(parameters.Length)];
        Tensor<float> weights = parameters.Slice(0, Inputs * Classes);
        Tensor<float>[] vectors = [.. Enumerable.Range(0, 3).Select(i => parameters.Slice((Inputs + i) * Classes, Classes))];
        Tensor<float>[] slopes = [.. Enumerable.Range(0, 3).Select(i => gradients.Slice((Inputs + i) * Classes, Classes))];
        Tensor<float> sums = Gpu.Allocate(rows * Classes), y = Gpu.Allocate(rows * Classes), dy = Gpu.Allocate(rows * Classes), target = Gpu.Allocate(rows * Classes);
        Tensor<float> mean = Gpu.Allocate(Classes), variance = Gpu.Allocate(Classes), losses = Gpu.Allocate(rows);
        using Totals totals = Gpu.AllocateTotals(2 * steps);
        for (int step = 0; step < steps; step++)
        {
            Gpu.Gather(labels, order, target);
            Gpu.SparseAffine(default(TanhRule), sparse, weights, vectors[0], sums, Classes);
            Gpu.Dropout(0.1, (ulong)step, sums, sums);
            Gpu.ColumnMoments(sums, mean, variance, rows, Classes);
            NormalizationPass<float> pass = new(mean, variance, vectors[1], vectors[2], 1e-5);
            Gpu.NormalizeColumns(pass, sums, y, rows, Classes);
            Gpu.SoftmaxCrossEntropy(0.1, new LossPass<float>(y, target, default, losses, dy, 1.0 / rows, rows, Classes));
            Gpu.Sum(losses, totals, 2 * step);
            Gpu.NormalizeColumnsBackward(pass, sums, dy, y, slopes[1], slopes[2], true, rows, Classes);
            Gpu.Dropout(0.1, (ulong)step, y, y);
            Gpu.MapBackward(default(TanhRule), sums, sums, y, y);
            Gpu.SparseWeightGradient(sparse, y, gradients.Slice(0, Inputs * Classes), Classes);
            Gpu.SumRows(y, slopes[0], rows, Classes);
            Gpu.SumOfSquares(gradients, totals, (2 * step) + 1);
            UpdatePass<float> update = new(parameters, gradients, states[0], states[1], default, GradientTransform.None, 0.1, step + 1) { Clip = new NormClip(totals, (2 * step) + 1, 0.5) };
            new Adam().Step(Gpu, update);
        }

        double[] numbers = new double[totals.Length];
        Gpu.Read(totals, 0, numbers);
        Assert.IsLessThan(numbers[0], numbers[^2], "It learns.");
        return [.. Values(parameters), .. numbers.SelectMany(number => (float[])[(float)number, (float)(number - (float)number)])];
    }

    /// <summary>A step of weights with a gradient and two states.</summary>
    private static UpdatePass<float> Pass(Tensor<float>[] all) => new(all[0], all[1], all[2], all[3], default, GradientTransform.None, 0.1, 1);

    private Totals TotalsOf(double squares)
    {
        Totals totals = Gpu.AllocateTotals(2);
        Gpu.SumOfSquares(New([(float)Math.Sqrt(squares)]), totals, 1);
        return totals;
    }

    /// <summary>What an operation leaves in its input and its output, which is 0 before.</summary>
    private static float[] Run(IBackend<float> backend, float[] x, Action<Tensor<float>, Tensor<float>> operation)
    {
        Tensor<float> input = Tensor(backend, x);
        Tensor<float> output = backend.Allocate(x.Length);
        operation(input, output);
        float[] values = new float[2 * x.Length];
        backend.Read(input, values.AsSpan(0, x.Length));
        backend.Read(output, values.AsSpan(x.Length));
        return values;
    }

    private static Tensor<float> Tensor(IBackend<float> backend, float[] values)
    {
        Tensor<float> tensor = backend.Allocate(values.Length);
        backend.Write(values, tensor);
        return tensor;
    }

    private Tensor<float> New(float[] values) => Tensor(Gpu, values);

    private float[] Values(Tensor<float> tensor)
    {
        float[] values = new float[tensor.Length];
        Gpu.Read(tensor, values);
        return values;
    }
}

/// <summary>On ILGPU's emulator.</summary>
[TestClass]
public sealed class EmulatorBehavior : GpuBehavior
{
    private protected override (int Rows, int Steps) Training => (40, 3);

    private protected override GpuBackend Create() => TestDevices.Emulator();
}

/// <summary>On OpenCL.</summary>
[TestClass]
public sealed class OpenCLBehavior : GpuBehavior
{
    /// <summary>So many rows that sums over columns take two passes.</summary>
    private protected override (int Rows, int Steps) Training => (3000, 10);

    private protected override GpuBackend Create() => TestDevices.OpenCL();
}
