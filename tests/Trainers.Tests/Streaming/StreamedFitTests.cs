using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.GradientTrainers.Kernels;
using MLNet.GradientTrainers.Tests.Checkpoints;
using MLNet.GradientTrainers.TestSupport;

namespace MLNet.GradientTrainers.Tests.Streaming;

/// <summary>Every trainer fits rows that lie in a file as it does those in memory.</summary>
[TestClass]
public sealed class StreamedFitTests
{
    private readonly TemporaryFolder _folder = new();

    [TestCleanup]
    public void Remove() => _folder.Dispose();

    private static double[] Weights(TrainerCase trainer, int rows, Action<DescentOptions> change)
    {
        var context = new MLContext(seed: 1);
        return [.. Fingerprints.Weights(trainer.Create(context, change).Fit(trainer.Load(context, rows)))];
    }

    /// <summary>Rows that fit into the limit are visited in the order of rows in memory. Linear trainers keep few scaled rows in double, streamed ones in single precision; so do polynomials their terms.</summary>
    [TestMethod]
    [DynamicData(nameof(TrainerCase.All), typeof(TrainerCase))]
    public void RowsThatFitGiveTheModelOfRowsInMemory(object item)
    {
        var trainer = (TrainerCase)item;
        double[] expected = Weights(trainer, 60, options => ((ITrainerInput)options).Rows = RowStorage.InMemory);
        double[] streamed = Weights(trainer, 60, options => Stream((ITrainerInput)options));
        bool rounds = trainer.Options() is LinearTrainerOptions;
        Assert.HasCount(expected.Length, streamed);
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.AreEqual(expected[i], streamed[i], rounds ? 1e-3 * Math.Max(1, Math.Abs(expected[i])) : 0, $"weight {i}");
        }

        // Nothing is left, and the default is what it was.
        Assert.IsEmpty(Directory.GetFileSystemEntries(_folder.Path));
        CollectionAssert.AreEqual(expected, Weights(trainer, 60, _ => { }));
    }

    /// <summary>More rows than the limit holds: still the same bits for any number of threads, and in the checkpoint.</summary>
    [TestMethod]
    [DataRow(1)]
    [DataRow(3)]
    public void ThreadsMakeNoDifferenceToRowsInWindows(int threads)
    {
        Assert.AreEqual(Wide(options => options.NumberOfThreads = 2), Wide(options => options.NumberOfThreads = threads));
        Assert.AreNotEqual(Wide(options => options.NumberOfThreads = 2), Wide(options => options.Rows = RowStorage.InMemory));
    }

    [TestMethod]
    public void MembersShareTheMemoryAndDoNotDependOnThreads()
    {
        string expected = Wide(options => (options.Members, options.NumberOfThreads) = (3, 1));
        Assert.AreEqual(expected, Wide(options => (options.Members, options.NumberOfThreads) = (3, 3)));
    }

    [TestMethod]
    public void AFitThatIsBrokenOffGoesOnToTheSameBits()
    {
        string expected = Wide(_ => { });
        string checkpoint = _folder["fit.checkpoint"];
        var stop = new CancellationTokenSource();
        Assert.ThrowsExactly<OperationCanceledException>(() => Wide(options =>
        {
            options.CheckpointPath = checkpoint;
            options.CancellationToken = stop.Token;
            options.OnBatch = batch =>
            {
                if (batch is { Phase: TrainingPhase.Training, Epoch: 2, Batch: 20 })
                {
                    stop.Cancel();
                }
            };
        }));
        Assert.IsTrue(File.Exists(checkpoint));
        Assert.AreEqual(checkpoint, Directory.GetFileSystemEntries(_folder.Path).Single());

        // Other memory, another order: it is refused, and says so.
        var error = Assert.ThrowsExactly<InvalidDataException>(() => Wide(options => (options.CheckpointPath, options.MemoryLimit) = (checkpoint, 6 << 20)));
        StringAssert.Contains(error.Message, "chunks over which training rows are mixed");
        Assert.AreEqual(expected, Wide(options => options.CheckpointPath = checkpoint));
    }

    /// <summary>12 MB of rows and a limit of 4 MiB: their hash.</summary>
    private string Wide(Action<MlpTrainer.Options> change)
    {
        var options = new MlpTrainer.Options { HiddenLayers = [8], NumberOfEpochs = 2, BatchSize = 128, ValidationFraction = 0.1, Members = 1 };
        Stream(options);
        options.MemoryLimit = 4 << 20;
        change(options);
        var context = new MLContext(seed: 1);
        var model = new MlpTrainer(context, options).Fit(WideRows());
        return string.Join(' ', Fingerprints.Weights(model).Select(BitConverter.DoubleToInt64Bits).Aggregate(17L, (hash, bits) => (hash * 31) + bits));
    }

    private static GeneratedRows WideRows() => new(
        12_000,
        256,
        bytes: false,
        (row, features) =>
        {
            for (int j = 0; j < features.Length; j++)
            {
                features[j] = (byte)((j * 16) + (row * 7) + (row % 4 == j % 4 ? 100 : 0));
            }
        },
        row => row % 4,
        4);

    private void Stream(ITrainerInput input)
    {
        input.Rows = RowStorage.Streamed;
        input.SpillFolder = _folder.Path;
    }

    /// <summary>Of a quarter of the limit each row has its label, in one byte, with that of its part of a split, and its places in part and order.</summary>
    [TestMethod]
    public void NarrowRowsTakeTenBytesEachBeside()
    {
        void Fit(int count)
        {
            var options = new MlpTrainer.Options { HiddenLayers = [2], NumberOfEpochs = 1, BatchSize = 4096, Members = 1, MemoryLimit = 4 << 20, ValidationFraction = 0.1 };
            Stream(options);
            var rows = new GeneratedRows(count, 4, bytes: true, (row, features) => BitConverter.TryWriteBytes(features, row), row => row % 4, 4);
            new MlpTrainer(new MLContext(seed: 1), options).Fit(rows);
        }

        Fit(100_000);
        StringAssert.Contains(Assert.ThrowsExactly<InvalidOperationException>(() => Fit(110_000)).Message, "10 bytes each");
    }

    /// <summary>A run that needs scaled labels, weights, class weights and validation rows, with rows of several forms.</summary>
    [TestMethod]
    [DataRow("bytes")]
    [DataRow("sparse")]
    [DataRow("late")]
    public void FormsOfRowsStayWhatTheyAre(string form)
    {
        var rows = Enumerable.Range(0, 3000).Select(i => new FormRow
        {
            Label = i % 3 == 0,
            Weight = 1 + (i % 2),
            Features = form == "sparse"
                ? new VBuffer<float>(200, 2, [i % 3 == 0 ? 150f : 1f, i % 7], [i % 100, 100 + (i % 50)])
                : new VBuffer<float>(200, [.. Enumerable.Range(0, 200).Select(j => (float)(((i * j) + (i % 3 * 60)) % 256) + (form == "late" && i == 2900 ? 0.5f : 0))]),
        });
        double[] Fit(RowStorage storage)
        {
            var options = new MlpBinaryTrainer.Options
            {
                HiddenLayers = [4], NumberOfEpochs = 3, BatchSize = 64, ExampleWeightColumnName = "Weight", ClassWeights = ClassWeights.Balanced, ValidationFraction = 0.2, EarlyStopping = new EarlyStopping(),
                Rows = storage, SpillFolder = _folder.Path, MemoryLimit = 64 << 20,
            };
            var context = new MLContext(seed: 1);
            return [.. Fingerprints.Weights(new MlpBinaryTrainer(context, options).Fit(context.Data.LoadFromEnumerable(rows)))];
        }

        CollectionAssert.AreEqual(Fit(RowStorage.InMemory), Fit(RowStorage.Streamed));
    }

    internal sealed class FormRow
    {
        public bool Label { get; set; }

        public float Weight { get; set; }

        [VectorType(200)]
        public VBuffer<float> Features { get; set; }
    }

    /// <summary>Rows are read once, and told of once where they are many.</summary>
    [TestMethod]
    public void AutoChoosesBySizeAndSaysSoOnce()
    {
        Assert.IsEmpty(Streamed(64 << 20, RowStorage.Auto));
        StringAssert.Contains(Streamed(8 << 20, RowStorage.Auto).Single(), "MemoryLimit");
        StringAssert.Contains(Streamed(64 << 20, RowStorage.Streamed).Single(), "Rows is Streamed");
        Assert.IsEmpty(Streamed(8 << 20, RowStorage.InMemory));

        List<string> Streamed(long limit, RowStorage storage)
        {
            var context = new MLContext(seed: 1);
            var infos = Log.Infos(context);
            var rows = WideRows();
            var options = new MlpTrainer.Options { HiddenLayers = [4], NumberOfEpochs = 1, Members = 1, MemoryLimit = limit, Rows = storage, SpillFolder = _folder.Path };
            new MlpTrainer(context, options).Fit(rows, WideRows());
            Assert.AreEqual(1, rows.Passes);
            return [.. infos.Where(message => message.Contains("streamed", StringComparison.Ordinal))];
        }
    }

    /// <summary>Descents of linear models and polynomials, too, over more rows than the limit holds, come to the minimum.</summary>
    [TestMethod]
    [DataRow(typeof(SgdTrainer))]
    [DataRow(typeof(MiniBatchSgdTrainer))]
    [DataRow(typeof(GradientDescentTrainer))]
    [DataRow(typeof(PolynomialTrainer))]
    public void LinearModelsOfManyRowsAreThoseOfRowsInMemory(Type type)
    {
        var context = new MLContext(seed: 1);
        double[] expected = Fit(RowStorage.InMemory);
        double[] streamed = Fit(RowStorage.Streamed);
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.AreEqual(expected[i], streamed[i], 0.02, $"weight {i}");
        }

        double[] Fit(RowStorage storage)
        {
            var trainer = TrainerCase.All.Select(item => (TrainerCase)item[0]).Single(item => item.Trainer == type).Create(context, options =>
            {
                var input = (ITrainerInput)options;
                (input.Rows, input.SpillFolder, input.MemoryLimit) = (storage, _folder.Path, 4 << 20);
                options.NumberOfEpochs = type == typeof(GradientDescentTrainer) ? 200 : 3;
                if (options is PolynomialTrainer.Options polynomial)
                {
                    polynomial.Degree = 1;
                    polynomial.Solver = PolynomialSolver.GradientDescent;
                }
            });
            var rows = new GeneratedRows(20_000, 64, bytes: false, Spread, row => Sum(row), 0);
            return [.. Fingerprints.Weights(trainer.Fit(rows))];
        }

        static void Spread(int row, byte[] features)
        {
            for (int j = 0; j < features.Length; j++)
            {
                features[j] = (byte)((((row + 1) * (j + 3) * 2654435761L) >> 7) & 255);
            }
        }

        static float Sum(int row)
        {
            byte[] features = new byte[64];
            Spread(row, features);
            return (features[0] + (2 * features[1]) - features[2]) / 256f;
        }
    }
}
