namespace MLNet.GradientTrainers.Kernels.Tests;

[TestClass]
public class NetworkPredictorTests
{
    private const int Rows = 200;
    private const int Inputs = 13;
    private const int Outputs = 3;

    [TestMethod]
    public void EightThreads_GiveTheBitsOfOne()
    {
        float[] x = TrainingFixture.Clusters(Rows, Inputs, 1).Features;
        float[] expected = new float[Rows * Outputs];
        using Predictor single = new(Trained(), new PredictorOptions { MaxRows = Rows, MaxExecutions = 1 });
        single.Predict(x, Rows, expected);

        using Predictor predictor = new(Trained(), new PredictorOptions { MaxRows = 7, MaxExecutions = 3, NumberOfThreads = 2 });
        Exception? failure = null;
        Thread[] threads = [.. Enumerable.Range(0, 8).Select(t => new Thread(() =>
        {
            try
            {
                RandomSource random = new((ulong)t);
                float[] scores = new float[Rows * Outputs];
                for (int repeat = 0; repeat < 10; repeat++)
                {
                    for (int start = 0; start < Rows;)
                    {
                        int count = Math.Min(Rows - start, random.NextInt32(40));
                        predictor.Predict(x.AsSpan(start * Inputs), count, scores.AsSpan(start * Outputs));
                        start += count;
                    }

                    TrainingFixture.AssertSameBits(expected, scores);
                    scores.AsSpan().Clear();
                }
            }
            catch (Exception e)
            {
                failure = e;
            }
        }))];
        foreach (Thread thread in threads)
        {
            thread.Start();
        }

        foreach (Thread thread in threads)
        {
            thread.Join();
        }

        Assert.IsNull(failure, failure?.ToString());
    }

    /// <summary>In parts smaller and larger than the batch.</summary>
    [TestMethod]
    [DataRow(3)]
    [DataRow(500)]
    public void SparseRows_GiveTheBitsOfDenseOnes(int maxRows)
    {
        NetworkDefinition definition = new(new TensorShape(90), [new Dense(7, new GELU()), new Dense(Outputs)]);
        using Predictor predictor = new(NetworkWeights.Initialize(definition, 1), new PredictorOptions { MaxRows = maxRows, Link = OutputLink.Softmax });
        SparseBatch<float> sparse = new(90);
        float[] dense = new float[50 * 90];
        for (int i = 0; i < 50; i++)
        {
            int[] columns = [.. Enumerable.Range(0, i % 5).Select(j => (i * 7) + j).Where(column => column < 90)];
            sparse.Add(columns, [.. columns.Select(column => column + 0.5f)]);
            Array.ForEach(columns, column => dense[(i * 90) + column] = column + 0.5f);
        }

        float[] expected = new float[50 * Outputs];
        float[] scores = new float[50 * Outputs];
        predictor.Predict(dense, 50, expected);
        predictor.Predict(sparse, scores);
        TrainingFixture.AssertSameBits(expected, scores);
        long before = GC.GetAllocatedBytesForCurrentThread();
        predictor.Predict(sparse, scores);
        Assert.AreEqual(0, GC.GetAllocatedBytesForCurrentThread() - before);

        Assert.IsTrue(predictor.PrefersSparse(4));
        Assert.IsFalse(predictor.PrefersSparse(5));
        Assert.ThrowsExactly<ArgumentException>(() => predictor.Predict(sparse, new float[49 * Outputs]));
        sparse = new SparseBatch<float>(91);
        predictor.Predict(sparse, []);
        sparse.Add([90], [1]);
        Assert.ThrowsExactly<ArgumentException>(() => predictor.Predict(sparse, scores));
        using Predictor dropout = new(new NetworkWeights(new NetworkDefinition(new TensorShape(91), [new Dropout(0.5), new Dense(1)])));
        Assert.IsFalse(dropout.PrefersSparse(1));
        Assert.ThrowsExactly<InvalidOperationException>(() => dropout.Predict(sparse, scores));
    }

    [TestMethod]
    public void Softmax_GivesProbabilitiesInTheOrderOfTheOutputs()
    {
        float[] x = TrainingFixture.Clusters(5, Inputs, 1).Features;
        float[] logits = new float[5 * Outputs];
        float[] probabilities = new float[5 * Outputs];
        using Predictor plain = new(Trained());
        using Predictor soft = new(Trained(), new PredictorOptions { Link = OutputLink.Softmax });
        plain.Predict(x, 5, logits);
        soft.Predict(x, 5, probabilities);
        for (int i = 0; i < 5; i++)
        {
            double[] exponentials = [.. logits.Skip(i * Outputs).Take(Outputs).Select(v => Math.Exp(v))];
            for (int j = 0; j < Outputs; j++)
            {
                Assert.AreEqual(exponentials[j] / exponentials.Sum(), probabilities[(i * Outputs) + j], 1e-5);
            }
        }
    }

    [TestMethod]
    public void Weights_AreCopied()
    {
        NetworkWeights weights = Trained();
        using Predictor predictor = new(weights);
        weights[1, "bias"].Fill(100);
        float[] scores = new float[Outputs];
        predictor.Predict(new float[Inputs], 1, scores);
        Assert.IsLessThan(50, scores[0]);
    }

    [TestMethod]
    public void Misuse_IsRefused()
    {
        using Predictor predictor = new(Trained());
        Assert.ThrowsExactly<ArgumentException>(() => predictor.Predict(new float[Inputs], 2, new float[2 * Outputs]));
        Assert.ThrowsExactly<ArgumentException>(() => predictor.Predict(new float[2 * Inputs], 2, new float[Outputs]));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => predictor.Predict([], -1, []));
        predictor.Predict([], 0, []);
        predictor.Dispose();
        Assert.ThrowsExactly<ObjectDisposedException>(() => predictor.Predict(new float[Inputs], 1, new float[Outputs]));
        foreach (PredictorOptions options in new PredictorOptions[] { new() { NumberOfThreads = -1 }, new() { MaxRows = 0 }, new() { MaxExecutions = 0 } })
        {
            Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new Predictor(Trained(), options));
        }
    }

    [TestMethod]
    public void WarmPredictor_AllocatesNothing()
    {
        using Predictor predictor = new(Trained(), new PredictorOptions { MaxRows = 16, Link = OutputLink.Softmax });
        float[] x = TrainingFixture.Clusters(64, Inputs, 1).Features;
        float[] scores = new float[64 * Outputs];
        for (int i = 0; i < 3; i++)
        {
            predictor.Predict(x, 64, scores);
        }

        long before = GC.GetAllocatedBytesForCurrentThread();
        predictor.Predict(x, 64, scores);
        Assert.AreEqual(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    /// <summary>Threads that wait for an execution, or for a lock while they give one back, are interrupted at any moment: no execution gets lost.</summary>
    [TestMethod]
    public void Interrupts_LoseNoExecution()
    {
        using Predictor predictor = new(Trained(), new PredictorOptions { MaxExecutions = 1 });
        float[] x = TrainingFixture.Clusters(Rows, Inputs, 1).Features;
        bool end = false;
        int interrupts = 0;
        Thread[] threads = [.. Enumerable.Range(0, 4).Select(_ => new Thread(() =>
        {
            float[] scores = new float[Outputs];
            while (!Volatile.Read(ref end))
            {
                try
                {
                    predictor.Predict(x, 1, scores);
                }
                catch (ThreadInterruptedException)
                {
                    Interlocked.Increment(ref interrupts);
                }
            }
        })
        {
            IsBackground = true,
        })];
        foreach (Thread thread in threads)
        {
            thread.Start();
        }

        // On a busy machine the threads may not have met yet.
        long start = Environment.TickCount64;
        for (int i = 0; i < 400 || (Volatile.Read(ref interrupts) == 0 && Environment.TickCount64 - start < 60_000); i++)
        {
            threads[i % 4].Interrupt();
            Thread.Yield();
        }

        Volatile.Write(ref end, true);
        Assert.IsTrue(threads.All(thread => thread.Join(60_000)), "A thread waits for an execution that nobody has.");
        Assert.AreNotEqual(0, interrupts);
        predictor.Predict(x, 1, new float[Outputs]);
    }

    private static NetworkWeights Trained() =>
        NetworkWeights.Initialize(new NetworkDefinition(new TensorShape(Inputs), [new Dense(31, new Tanh()), new Dense(Outputs)]), 8);
}
