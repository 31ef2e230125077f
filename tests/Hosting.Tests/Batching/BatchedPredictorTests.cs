using Microsoft.Extensions.DependencyInjection;
using Microsoft.ML;

namespace MLNet.GradientTrainers.Hosting.Tests;

/// <summary>Requests that come together are scored together, with the answers of single ones; each fails, or is given up, alone.</summary>
[TestClass]
public sealed class BatchedPredictorTests
{
    [TestMethod]
    public async Task AnswersAreThoseOfSingleRows()
    {
        var expected = Blobs.Expected(Blobs.First);
        await using var gate = new Gated();
        var answers = gate.Ask(Blobs.Rows);
        gate.Open();
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.IsTrue(Blobs.AreEqual(expected[i], await Wait.For(answers[i])), $"row {i}");
        }
    }

    [TestMethod]
    public async Task AnAnswerTellsItsVersion()
    {
        var expected = Blobs.Expected(Blobs.First);
        await using var gate = new Gated();
        gate.Open();
        var (prediction, version) = await gate.Predictor.PredictWithVersionAsync(Blobs.Rows[0]).WaitAsync(TimeSpan.FromMinutes(2));
        Assert.IsTrue(Blobs.AreEqual(expected[0], prediction));
        Assert.AreEqual(gate.Served.Model.Version, version);
        await Assert.ThrowsAsync<OperationCanceledException>(() => gate.Predictor.PredictWithVersionAsync(Blobs.Rows[0], new CancellationToken(canceled: true)));
    }

    [TestMethod]
    public async Task WhatWaitsTogetherIsScoredTogether()
    {
        await using var gate = new Gated(options => (options.MaxBatchSize, options.MaxConcurrentBatches) = (16, 1));
        var answers = gate.Ask(Blobs.Rows[..100]);
        Wait.Until(() => gate.Entered > 0, "the first batch is begun");

        // The first batch took what was there when it began; the others are full.
        int waiting = gate.Predictor.QueueLength;
        Assert.IsLessThanOrEqualTo(16, 100 - waiting);
        gate.Open();
        await Task.WhenAll(answers).WaitAsync(TimeSpan.FromMinutes(2));
        Assert.IsLessThanOrEqualTo(1 + ((waiting + 15) / 16), gate.Batches);
    }

    [TestMethod]
    [DataRow(1, 2)]
    [DataRow(2, 3)]
    public async Task WhatWaitsIsSharedAmongThoseThatCompute(int concurrent, int batches)
    {
        await using var gate = new Gated(options => options.MaxConcurrentBatches = concurrent);
        var first = gate.Ask(Blobs.Rows[..1]);
        Wait.Until(() => gate.Entered > 0, "the first batch is begun");
        var others = gate.Ask(Blobs.Rows[1..64]);
        gate.Open();
        await Task.WhenAll([.. first, .. others]).WaitAsync(TimeSpan.FromMinutes(2));
        Assert.AreEqual(64, gate.Rows);
        Assert.AreEqual(batches, gate.Batches);
    }

    [TestMethod]
    public async Task ARowThatFailsFailsAlone()
    {
        var expected = Blobs.Expected(Blobs.First);
        await using var gate = new Gated();
        Blob[] rows = [.. Blobs.Rows[..10], new Blob { Features = [1] }, .. Blobs.Rows[10..20]];
        var answers = gate.Ask(rows);
        gate.Open();
        for (int i = 0; i < 20; i++)
        {
            Assert.IsTrue(Blobs.AreEqual(expected[i], await Wait.For(answers[i < 10 ? i : i + 1])));
        }

        var failure = await Assert.ThrowsAsync<Exception>(() => answers[10]);
        Assert.AreEqual(Assert.Throws<Exception>(() => gate.Served.Model.Predict(rows[10])).Message, failure.Message);
    }

    [TestMethod]
    public async Task ARequestThatIsGivenUpLeavesTheOthers()
    {
        var expected = Blobs.Expected(Blobs.First);
        await using var gate = new Gated(options => options.MaxConcurrentBatches = 1);
        var first = gate.Ask(Blobs.Rows[..1]);
        Wait.Until(() => gate.Entered > 0, "the first batch is begun");
        using var cancel = new CancellationTokenSource();
        var given = gate.Predictor.PredictAsync(Blobs.Rows[1], cancel.Token);
        var others = gate.Ask(Blobs.Rows[2..5]);
        await cancel.CancelAsync();

        // At once, and not when its batch is due.
        Assert.AreEqual(cancel.Token, (await Assert.ThrowsAsync<TaskCanceledException>(() => given)).CancellationToken);
        gate.Open();
        await Wait.For(first[0]);
        for (int i = 0; i < 3; i++)
        {
            Assert.IsTrue(Blobs.AreEqual(expected[2 + i], await Wait.For(others[i])));
        }

        Assert.AreEqual(4, gate.Rows, "What was given up was not computed.");
        await Assert.ThrowsAsync<TaskCanceledException>(() => gate.Predictor.PredictAsync(Blobs.Rows[0], new CancellationToken(canceled: true)));
    }

    [TestMethod]
    public async Task AFullQueueThrowsOrWaitsAsOptionsSay()
    {
        await using (var throwing = new Gated(options => (options.QueueCapacity, options.MaxConcurrentBatches, options.MaxBatchSize, options.WhenFull) = (2, 1, 1, BatchQueueFullMode.Throw)))
        {
            var first = Fill(throwing);
            var refused = throwing.Predictor.PredictAsync(Blobs.Rows[3]);
            Assert.Contains("'blobs'", (await Assert.ThrowsAsync<BatchQueueFullException>(() => refused)).Message);
            throwing.Open();
            await Task.WhenAll(first).WaitAsync(TimeSpan.FromMinutes(2));
        }

        await using var waiting = new Gated(options => (options.QueueCapacity, options.MaxConcurrentBatches, options.MaxBatchSize) = (2, 1, 1));
        var early = Fill(waiting);
        using var cancel = new CancellationTokenSource();
        var late = waiting.Predictor.PredictAsync(Blobs.Rows[3]);
        var givenUp = waiting.Predictor.PredictAsync(Blobs.Rows[4], cancel.Token);
        await cancel.CancelAsync();
        await Assert.ThrowsAsync<OperationCanceledException>(() => givenUp);
        Assert.IsFalse(late.IsCompleted);
        waiting.Open();
        await Wait.For(late);
        await Task.WhenAll(early).WaitAsync(TimeSpan.FromMinutes(2));

        static Task<BlobPrediction>[] Fill(Gated gate)
        {
            // One that is computed, and two that fill the queue.
            var first = gate.Ask(Blobs.Rows[..1]);
            Wait.Until(() => gate.Entered > 0, "the first batch is begun");
            return [.. first, .. gate.Ask(Blobs.Rows[1..3])];
        }
    }

    [TestMethod]
    public async Task DisposalAnswersWhatItHasAndTakesNoMore()
    {
        var gate = new Gated(options => (options.QueueCapacity, options.MaxConcurrentBatches, options.MaxBatchSize) = (8, 1, 4));
        var answers = gate.Ask(Blobs.Rows[..1]);
        Wait.Until(() => gate.Entered > 0, "the first batch is begun");
        answers = [.. answers, .. gate.Ask(Blobs.Rows[1..9])];
        var late = gate.Predictor.PredictAsync(Blobs.Rows[9]);
        var disposal = gate.Predictor.DisposeAsync();
        Assert.IsFalse(disposal.IsCompleted);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => late);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => gate.Predictor.PredictAsync(Blobs.Rows[0]));
        gate.Open();
        await disposal;
        Assert.IsTrue(answers.All(answer => answer.IsCompletedSuccessfully));
        await gate.Predictor.DisposeAsync();
        await gate.DisposeAsync();
    }

    /// <summary>A container disposes of services in the order in which they were asked for, from the last one: whoever asks for the model after the predictor must not end it first.</summary>
    [TestMethod]
    public async Task TheServicesEndAnswersWhatTheQueueHas()
    {
        var gate = new Gated(options => (options.MaxConcurrentBatches, options.MaxBatchSize) = (1, 4));
        Assert.HasCount(1, gate.Served.Services.GetServices<IGradientModel>());
        Assert.IsNotNull(gate.Served.Services.GetRequiredKeyedService<IGradientModel>("blobs"));
        Assert.IsNotNull(gate.Served.Services.GetRequiredKeyedService<IGradientModel<Blob, BlobPrediction>>("blobs"));
        var answers = gate.Ask(Blobs.Rows[..20]);
        var end = Task.Run(gate.Served.Dispose);
        gate.Open();
        await Task.WhenAll(answers).WaitAsync(TimeSpan.FromMinutes(2));
        await end.WaitAsync(TimeSpan.FromMinutes(2));
        await gate.DisposeAsync();
    }

    [TestMethod]
    public async Task WithoutAModelEachRequestIsTold()
    {
        using var folder = new TemporaryFolder();
        using var served = new Served(builder => builder.FromFile(folder["model.zip"]).Configure(options => options.WaitForFile = true).WithBatching());
        var predictor = served.Services.GetRequiredService<BatchedPredictor<Blob, BlobPrediction>>();
        for (int i = 0; i < 3; i++)
        {
            await Assert.ThrowsAsync<GradientModelNotLoadedException>(() => predictor.PredictAsync(Blobs.Rows[0]));
        }

        Blobs.Save(Blobs.First, folder["model.zip"]);
        await served.Model.ReloadAsync();
        Assert.IsTrue(Blobs.AreEqual(Blobs.Expected(Blobs.First)[0], await Wait.For(predictor.PredictAsync(Blobs.Rows[0]))));
    }

    /// <summary>A few seconds of load: counts, no times. Every request is answered, by one of the two models.</summary>
    [TestMethod]
    public async Task UnderLoadWithReloadsEveryRequestIsAnsweredRightly()
    {
        using var folder = new TemporaryFolder();
        string file = Blobs.Save(Blobs.First, folder["model.zip"]);
        BlobPrediction[] first = Blobs.Expected(Blobs.First), second = Blobs.Expected(Blobs.Second);
        using var served = new Served(builder => builder.FromFile(file).WithBatching(options => options.QueueCapacity = 32)).Loaded();
        var predictor = served.Services.GetRequiredService<BatchedPredictor<Blob, BlobPrediction>>();
        int right = 0;
        var callers = Enumerable.Range(0, 64).Select(caller => Task.Run(async () =>
        {
            for (int i = 0; i < 500; i++)
            {
                int row = (caller + i) % first.Length;
                var answer = await predictor.PredictAsync(Blobs.Rows[row]);
                if (Blobs.AreEqual(first[row], answer) || Blobs.AreEqual(second[row], answer))
                {
                    Interlocked.Increment(ref right);
                }
            }
        })).ToArray();
        for (int i = 0; i < 10; i++)
        {
            Blobs.Save(i % 2 == 0 ? Blobs.Second : Blobs.First, file);
            await served.Model.ReloadAsync();
        }

        await Task.WhenAll(callers).WaitAsync(TimeSpan.FromMinutes(4));
        Assert.AreEqual(64 * 500, right);
    }
}
