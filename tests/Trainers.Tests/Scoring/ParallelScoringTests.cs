using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNet.GradientTrainers.Tests.Scoring;

/// <summary>Rows are scored by several threads: the same bits in the same order for any number of them, no row farther ahead than need be, and failures at their rows.</summary>
[TestClass]
public sealed class ParallelScoringTests
{
    private const int Rows = 3000;

    private static readonly MLContext Context = new(seed: 1);

    [TestMethod]
    public void AnyNumberOfThreadsGivesTheSameRows()
    {
        var data = Surface.Load(Context, Rows);
        var model = Fit(data);
        float[] expected = Read(model, data, 1, out string[] others);
        foreach (int threads in new[] { 2, 3, 16, int.MaxValue })
        {
            CollectionAssert.AreEqual(expected, Read(model, data, threads, out string[] beside));
            CollectionAssert.AreEqual(others, beside);
        }

        // And a row has the same bits alone.
        using var engine = Context.Model.CreatePredictionEngine<SurfaceRow, Score>(model);
        var rows = Surface.Rows(Rows);
        for (int i = 0; i < Rows; i += 500)
        {
            Assert.AreEqual(expected[i], engine.Predict(rows[i]).Value);
        }
    }

    [TestMethod]
    public void TheTrainersThreadsAreTheModels()
    {
        var data = Surface.Load(Context, 50);
        Assert.IsNull(Fit(data).NumberOfThreads);
        var model = new MlpRegressionTrainer(Context, new MlpRegressionTrainer.Options { HiddenLayers = [4], NumberOfEpochs = 1, NumberOfThreads = 3 }).Fit(data);
        Assert.AreEqual(3, model.NumberOfThreads);
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => model.NumberOfThreads = 0);
        model.NumberOfThreads = null;
        Assert.IsNull(model.NumberOfThreads);
    }

    /// <summary>One thread is the caller's; more than one take part at the same time.</summary>
    [TestMethod]
    public void ThreadsTakePartAsManyAsAreAskedFor()
    {
        var alone = new Recording();
        Drain(alone, 1);
        CollectionAssert.AreEqual(new[] { Environment.CurrentManagedThreadId }, alone.Threads.ToArray());

        // Once blocks are read ahead, two calls wait for each other: a single thread would not get any further.
        using var meeting = new Barrier(2);
        int calls = 0;
        var shared = new Recording();
        shared.OnScore = _ =>
        {
            if (Interlocked.Increment(ref calls) is 4 or 5)
            {
                Assert.IsTrue(meeting.SignalAndWait(TimeSpan.FromMinutes(2)));
            }
        };
        Drain(shared, 100);
        Assert.IsGreaterThan(1, shared.Threads.Count);
        Assert.AreEqual(1, meeting.CurrentPhaseNumber);
    }

    [TestMethod]
    public void APreviewScoresAFewRows()
    {
        var scorer = new Recording();
        var spy = new SpyView(Surface.Load(Context, Rows));
        using (var cursor = Cursor(scorer, spy, 100))
        {
            Assert.IsTrue(cursor.MoveNext());
        }

        Assert.IsLessThanOrEqualTo(8L, spy.Rows);
        Assert.IsLessThanOrEqualTo(8, scorer.Scored);
    }

    [TestMethod]
    public void ReadsNoFartherAheadThanItsBlocks()
    {
        const int Threads = 3;
        var scorer = new Recording();
        var spy = new SpyView(Surface.Load(Context, Rows));
        using var cursor = Cursor(scorer, spy, Threads);
        for (int i = 1; cursor.MoveNext(); i++)
        {
            Assert.IsLessThanOrEqualTo((2L * Threads * Recording.Block) + i, spy.Rows);
        }
    }

    /// <summary>Readers on all threads of the pool, which lends none to help: each does its own.</summary>
    [TestMethod]
    public void ManyReadersAtOnceComeToTheirEnd()
    {
        var data = Surface.Load(Context, Rows);
        var model = Fit(data);
        float[] expected = Read(model, data, 1, out _);
        model.NumberOfThreads = 4;
        var all = Enumerable.Range(0, 24).Select(_ => Task.Run(() => EstimatorContract.Scores(model, data))).ToArray();
        Task.WaitAll(all);
        foreach (var one in all)
        {
            CollectionAssert.AreEqual(expected, one.Result);
        }

        // Cursors of a set, which are read in turn by one thread.
        var scored = model.Transform(data);
        var set = scored.GetRowCursorSet([scored.Schema["Score"]], 4);
        var getters = set.Select(cursor => cursor.GetGetter<float>(scored.Schema["Score"])).ToArray();
        var found = new List<float>();
        for (bool any = true; any;)
        {
            any = false;
            for (int i = 0; i < set.Length; i++)
            {
                if (set[i].MoveNext())
                {
                    float value = 0;
                    getters[i](ref value);
                    found.Add(value);
                    any = true;
                }
            }
        }

        Array.ForEach(set, cursor => cursor.Dispose());
        CollectionAssert.AreEquivalent(expected, found);
    }

    [TestMethod]
    [DataRow(0)]
    [DataRow(7)]
    [DataRow(8)]
    [DataRow(1234)]
    [DataRow(Rows - 1)]
    public void WhatFailsAboveFailsAtItsRow(int failing)
    {
        var scorer = new Recording();
        var spy = new SpyView(Surface.Load(Context, Rows), row =>
        {
            if (row == failing)
            {
                throw new IOException("the disk is gone");
            }
        });
        using var cursor = Cursor(scorer, spy, 4);
        var score = cursor.GetGetter<float>(cursor.Schema["Score"]);
        var features = Surface.Rows(Rows);
        float value = 0;
        for (int i = 0; i < failing; i++)
        {
            Assert.IsTrue(cursor.MoveNext());
            score(ref value);
            Assert.AreEqual(features[i].Features[0], value);
        }

        Assert.AreEqual("the disk is gone", Assert.ThrowsExactly<IOException>(() => cursor.MoveNext()).Message);
        StringAssert.Contains(Assert.ThrowsExactly<InvalidOperationException>(() => cursor.MoveNext()).Message, "Make a new cursor");
    }

    /// <summary>Whichever thread met it.</summary>
    [TestMethod]
    public void WhatFailsInTheScoringIsThrownToTheReader()
    {
        // Where a block begins, after smaller ones.
        const int Failing = 8 + 32 + (3 * Recording.Block);
        var features = Surface.Rows(Rows);
        var scorer = new Recording
        {
            OnScore = first =>
            {
                if (first == features[Failing].Features[0])
                {
                    throw new InvalidDataException("no score");
                }
            },
        };
        using var cursor = Cursor(scorer, Surface.Load(Context, Rows), 4);
        int rows = 0;
        Assert.AreEqual("no score", Assert.ThrowsExactly<InvalidDataException>(() =>
        {
            for (; cursor.MoveNext(); rows++)
            {
            }
        }).Message);
        Assert.AreEqual(Failing, rows);
    }

    [TestMethod]
    [DataRow(1)]
    [DataRow(4)]
    public void AllocatesNothingForARow(int threads)
    {
        var data = Context.Data.Cache(Surface.Load(Context, 20_000));
        var model = Fit(Surface.Load(Context, 50));
        model.NumberOfThreads = threads;
        var scored = model.Transform(data);
        EstimatorContract.Scores(model, data);
        using var cursor = scored.GetRowCursor(scored.Schema);
        var score = cursor.GetGetter<float>(scored.Schema["Score"]);
        var label = cursor.GetGetter<float>(scored.Schema["Label"]);
        var features = cursor.GetGetter<VBuffer<float>>(scored.Schema["Features"]);
        VBuffer<float> vector = default;
        float value = 0;
        long least = long.MaxValue;
        for (int round = 0; round < 9; round++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < 2000; i++)
            {
                Assert.IsTrue(cursor.MoveNext());
                score(ref value);
                label(ref value);
                features(ref vector);
            }

            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        Assert.AreEqual(0, least);
    }

    private static RegressionNetworkTransformer Fit(IDataView data) => new MlpRegressionTrainer(Context, hiddenLayers: [8], numberOfEpochs: 1).Fit(data);

    private static float[] Read(RegressionNetworkTransformer model, IDataView data, int threads, out string[] others)
    {
        model.NumberOfThreads = threads;
        var scored = model.Transform(data);
        using var cursor = scored.GetRowCursor(scored.Schema);
        var id = cursor.GetIdGetter();
        var label = cursor.GetGetter<float>(scored.Schema["Label"]);
        var features = cursor.GetGetter<VBuffer<float>>(scored.Schema["Features"]);
        var score = cursor.GetGetter<float>(scored.Schema["Score"]);
        var scores = new List<float>();
        var beside = new List<string>();
        VBuffer<float> vector = default;
        DataViewRowId rowId = default;
        float value = 0;
        while (cursor.MoveNext())
        {
            id(ref rowId);
            label(ref value);
            features(ref vector);
            beside.Add($"{cursor.Position} {rowId} {value:R} {string.Join(' ', vector.DenseValues().Select(x => x.ToString("R")))}");
            score(ref value);
            scores.Add(value);
        }

        others = [.. beside];
        return [.. scores];
    }

    private static void Drain(Recording scorer, int threads)
    {
        using var cursor = Cursor(scorer, Surface.Load(Context, Rows), threads);
        while (cursor.MoveNext())
        {
        }

        Assert.AreEqual(Rows, scorer.Scored);
    }

    private static BatchScoringCursor Cursor(Recording scorer, IDataView data, int threads)
    {
        var bindings = new ScoringBindings(data.Schema, data.Schema["Features"].Index, scorer, new RegressionOutput(RegressionTargets.Scalar));
        bool[] active = bindings.Active(bindings.OutputSchema);
        return new BatchScoringCursor(bindings, data.GetRowCursor(bindings.Inputs(active)), active, threads);
    }

    private sealed class Score
    {
        [ColumnName("Score")]
        public float Value { get; set; }
    }

    /// <summary>Takes the first feature for the score, and notes who asked.</summary>
    private sealed class Recording : IRowScorer
    {
        public const int Block = 50;

        private int _scored;

        public HashSet<int> Threads { get; } = [];

        public Action<float>? OnScore { get; set; }

        public int Scored => Volatile.Read(ref _scored);

        public int InputSize => Surface.Width;

        public int OutputSize => 1;

        public int BlockRows => Block;

        public void Score(ReadOnlySpan<float> rows, int count, Span<float> scores)
        {
            lock (Threads)
            {
                Threads.Add(Environment.CurrentManagedThreadId);
            }

            OnScore?.Invoke(rows[0]);
            Interlocked.Add(ref _scored, count);
            for (int i = 0; i < count; i++)
            {
                scores[i] = rows[i * Surface.Width];
            }
        }

        public string WriteOnnx(Kernels.IOnnxGraph graph, string features) => throw new NotSupportedException();
    }
}
