using System.Diagnostics;

namespace MLNet.GradientTrainers.Hosting.Tests;

/// <summary>Requests that come one by one are computed where they come; as soon as several come together they are gathered again.</summary>
[TestClass]
public sealed class LoneRequestsTests
{
    private const int Few = 200;

    [TestMethod]
    public async Task AreComputedWhereTheyComeAfterSomeSmallBatches()
    {
        await using var served = new Gated();
        served.Open();
        int inline = 0;
        for (int i = 0; i < Few; i++)
        {
            var answer = served.Predictor.PredictAsync(Blobs.Rows[i % Blobs.Rows.Length]);
            inline += answer.IsCompleted ? 1 : 0;
            await answer;
        }

        // Whether other work waits for a thread at the moment is not ours to say; each is a batch of its own either way.
        Assert.AreEqual(Few, served.Batches);
        Assert.AreEqual(Few, served.Rows);
        Assert.IsLessThan(Few, inline);
    }

    [TestMethod]
    public void BeginAfterSmallBatchesAndEndWithALargeOne()
    {
        var lone = new LoneRequests();
        Assert.IsFalse(Enters(lone));
        Small(lone, 15);
        Assert.IsFalse(Enters(lone));
        Small(lone, 1);
        Assert.IsTrue(Enters(lone));
        lone.Note(3, Stopwatch.GetTimestamp());
        Assert.IsFalse(Enters(lone));

        // Rows that take their time are never computed on the caller's thread.
        Small(lone, 16);
        Assert.IsTrue(Enters(lone));
        lone.Note(1, Stopwatch.GetTimestamp() - Stopwatch.Frequency);
        Assert.IsFalse(Enters(lone));
    }

    [TestMethod]
    public void NowAndThenOneGoesToTheQueueAndNoMoreRunThanThereAreProcessors()
    {
        var lone = new LoneRequests();
        Small(lone, 16);
        int entered = Enumerable.Range(0, 1000).Count(_ => lone.TryEnter());
        Assert.AreEqual(entered > 0, lone.Any);
        Assert.IsLessThanOrEqualTo(Environment.ProcessorCount, entered);
        for (int i = 0; i < entered; i++)
        {
            lone.Leave();
        }

        Assert.IsFalse(lone.Any);
    }

    private static void Small(LoneRequests lone, int batches)
    {
        for (int i = 0; i < batches; i++)
        {
            lone.Note(1, Stopwatch.GetTimestamp());
        }
    }

    /// <summary>Whether any of some requests is let in: one of them may be meant for the queue, or come while the pool has other work.</summary>
    private static bool Enters(LoneRequests lone)
    {
        for (int i = 0; i < 1000; i++)
        {
            if (lone.TryEnter())
            {
                lone.Leave();
                return true;
            }
        }

        return false;
    }
}
