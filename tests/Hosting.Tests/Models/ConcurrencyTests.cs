using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNet.GradientTrainers.Hosting.Tests;

/// <summary>Many callers while models change: each answer is that of one model, whole; what is let go is let go.</summary>
[TestClass]
public sealed class ConcurrencyTests
{
    [TestMethod]
    public async Task EveryAnswerIsOfOneModelWhileModelsChange()
    {
        using var folder = new TemporaryFolder();
        string file = Blobs.Save(Blobs.First, folder["model.zip"]);
        BlobPrediction[] first = Blobs.Expected(Blobs.First), second = Blobs.Expected(Blobs.Second);
        Assert.IsFalse(Blobs.AreEqual(first[0], second[0]), "The models must differ for this test to see anything.");
        using var served = Served.Watching(file);
        var model = served.Model;
        using var stop = new CancellationTokenSource();
        long[] answers = new long[2];
        var callers = Enumerable.Range(0, 16).Select(caller => Task.Factory.StartNew(() => Call(caller), TaskCreationOptions.LongRunning)).ToArray();

        for (int i = 0; i < 20; i++)
        {
            Blobs.Save(i % 2 == 0 ? Blobs.Second : Blobs.First, file);
            await model.ReloadAsync();
            System.IO.File.WriteAllBytes(file, System.IO.File.ReadAllBytes(file)[..500]);
            Assert.AreEqual(ModelReloadOutcome.Refused, (await model.ReloadAsync()).Outcome);
            long before = Interlocked.Read(ref answers[0]) + Interlocked.Read(ref answers[1]);
            Wait.Until(() => Interlocked.Read(ref answers[0]) + Interlocked.Read(ref answers[1]) > before + 50 || callers.Any(caller => caller.IsFaulted), "callers go on");
        }

        await stop.CancelAsync();
        await Task.WhenAll(callers);
        Assert.IsGreaterThan(0, answers[0]);
        Assert.IsGreaterThan(0, answers[1]);

        void Call(int caller)
        {
            for (int i = caller; !stop.IsCancellationRequested; i++)
            {
                // Single rows, and now and then all of them, which must be answered by the same model.
                BlobPrediction[] outputs = i % 10 == 0 ? model.Predict(Blobs.Rows) : [model.Predict(Blobs.Rows[i % Blobs.Rows.Length])];
                int row = i % 10 == 0 ? 0 : i % Blobs.Rows.Length;
                bool isFirst = Blobs.AreEqual(first[row], outputs[0]);
                var expected = isFirst ? first : second;
                for (int j = 0; j < outputs.Length; j++)
                {
                    Assert.IsTrue(Blobs.AreEqual(expected[row + j], outputs[j]), $"row {row + j}");
                }

                Interlocked.Increment(ref answers[isFirst ? 0 : 1]);
            }
        }
    }

    [TestMethod]
    public async Task OldModelsAreDisposedOfWhenTheirLastRequestIsDone()
    {
        using var folder = new TemporaryFolder();
        var weak = new List<WeakReference>();
        using var served = new Served(builder => builder.FromModel(_ =>
        {
            var model = new Remembered(Blobs.First);
            weak.Add(new WeakReference(model));
            return model;
        }));
        for (int i = 0; i < 10; i++)
        {
            await served.Model.ReloadAsync();
            served.Model.Predict(Blobs.Rows);
        }

        Assert.HasCount(11, weak);
        Wait.Until(
            () =>
            {
                GC.Collect();
                GC.WaitForPendingFinalizers();
                return weak.Count(reference => reference.IsAlive) == 1;
            },
            "only the last model is kept");
    }

    [TestMethod]
    public void MemoryStaysFlatOverManyReloads()
    {
        using var folder = new TemporaryFolder();
        string file = Blobs.Save(Blobs.First, folder["model.zip"]);
        using var served = Served.From(file);
        var model = served.Model;
        long early = 0;
        for (int i = 0; i < 30; i++)
        {
            Blobs.Save(i % 2 == 0 ? Blobs.Second : Blobs.First, file);
            Assert.AreEqual(ModelReloadOutcome.Loaded, model.ReloadAsync().GetAwaiter().GetResult().Outcome);
            model.Predict(Blobs.Rows);
            if (i == 9)
            {
                early = Live();
            }
        }

        // Twenty models more, of which each takes tens of kilobytes and its engines hundreds.
        Assert.IsLessThan(early + 1_000_000, Live());

        static long Live()
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
            return GC.GetTotalMemory(forceFullCollection: true);
        }
    }

    [TestMethod]
    public void EnginesAreNoMoreThanAllowedAndEveryCallerIsAnswered()
    {
        using var served = new Served(builder => builder.FromModel(Blobs.First).Configure(options => options.MaxEngines = 2));
        var model = served.Model;
        var expected = Blobs.Expected(Blobs.First);
        int right = 0;
        Parallel.ForEach(Partition(24), new ParallelOptions { MaxDegreeOfParallelism = 24 }, part =>
        {
            foreach (int i in part)
            {
                if (Blobs.AreEqual(expected[i % expected.Length], model.Predict(Blobs.Rows[i % expected.Length])))
                {
                    Interlocked.Increment(ref right);
                }
            }
        });
        Assert.AreEqual(24 * 1000, right);
    }

    private static IEnumerable<IEnumerable<int>> Partition(int parts) => Enumerable.Range(0, parts).Select(part => Enumerable.Range(part * 1000, 1000));

    /// <summary>A model of its own object, so that it can be told whether anybody still has it.</summary>
    private sealed class Remembered(ITransformer inner) : ITransformer
    {
        public bool IsRowToRowMapper => true;

        public DataViewSchema GetOutputSchema(DataViewSchema inputSchema) => inner.GetOutputSchema(inputSchema);

        public IRowToRowMapper GetRowToRowMapper(DataViewSchema inputSchema) => new Mapper(this, inner.GetRowToRowMapper(inputSchema));

        public IDataView Transform(IDataView input) => inner.Transform(input);

        void ICanSaveModel.Save(ModelSaveContext ctx) => throw new NotSupportedException();

        private sealed class Mapper(Remembered owner, IRowToRowMapper inner) : IRowToRowMapper
        {
            public Remembered Owner { get; } = owner;

            public DataViewSchema InputSchema => inner.InputSchema;

            public DataViewSchema OutputSchema => inner.OutputSchema;

            public IEnumerable<DataViewSchema.Column> GetDependencies(IEnumerable<DataViewSchema.Column> dependingColumns) => inner.GetDependencies(dependingColumns);

            public DataViewRow GetRow(DataViewRow input, IEnumerable<DataViewSchema.Column> activeColumns) => inner.GetRow(input, activeColumns);
        }
    }
}
