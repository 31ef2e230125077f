using Microsoft.ML;
using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers.Tests.Networks;

/// <summary>Several networks, each trained without a part of the rows, that predict as one.</summary>
[TestClass]
public sealed class MembersTests
{
    private readonly MLContext _context = new(seed: 1);

    /// <summary>Of classes and of numbers: files, prediction engines, schemas.</summary>
    [TestMethod]
    public void TheEstimatorContractHolds()
    {
        EstimatorContract.Check(context => new MlpTrainer(context, Classes()), context => Blobs.Load(context, 60));
        EstimatorContract.Check(context => new MlpRegressionTrainer(context, Numbers()), context => Surface.Load(context, 60));
    }

    /// <summary>The mean of the members' outputs, before the softmax; for numbers the mean of what each predicts.</summary>
    [TestMethod]
    public void TheModelIsTheMeanOfItsMembers()
    {
        var data = Surface.Load(_context, 60);
        var model = new MlpRegressionTrainer(_context, Numbers()).Fit(data);
        var weights = model.Model.Weights;
        var members = NetworkMembers.Split(weights);
        Assert.HasCount(3, members);
        CollectionAssert.AreEqual(weights.Flat(), NetworkMembers.Join(members, 2).Flat());

        float[][] scores = [.. members.Select(Scores)];
        float[] actual = EstimatorContract.Scores(model, data);
        for (int i = 0; i < actual.Length; i++)
        {
            Assert.AreEqual(scores.Average(score => score[i]), actual[i], (1e-4f * Math.Abs(actual[i])) + 1e-4f);
        }

        Assert.AreNotEqual(scores[0][0], scores[1][0]);

        float[] Scores(NetworkWeights member)
        {
            var features = Surface.Rows(60).Select(row => row.Features).ToList();
            using var backend = Backend.Create();
            using var network = new Network<float>(member.Definition, backend, 1, training: false);
            network.Load(member);
            return [.. features.Select(row =>
            {
                var output = new float[1];
                backend.Write(row, network.Input);
                backend.Read(network.Forward(network.Input, 1), output);
                return output[0];
            })];
        }
    }

    [TestMethod]
    public void CallbacksNeverComeFromTwoAtOnce()
    {
        int inside = 0;
        int batches = 0;
        var epochs = new List<int>();
        new MlpTrainer(_context, Classes() with
        {
            OnBatch = _ =>
            {
                Assert.AreEqual(1, Interlocked.Increment(ref inside));
                batches++;
                Interlocked.Decrement(ref inside);
            },
            OnEpoch = epoch => epochs.Add(epoch.Epoch),
        }).Fit(Blobs.Load(_context, 60));
        CollectionAssert.AreEqual(Enumerable.Range(1, 8).ToArray(), epochs);
        Assert.IsGreaterThanOrEqualTo(3 * 8 * 3, batches);
    }

    /// <summary>Each part needs a row that counts.</summary>
    [TestMethod]
    public void TooFewRowsForTheMembersAreTold()
    {
        string message = Assert.ThrowsExactly<ArgumentException>(() => new MlpRegressionTrainer(_context, Numbers()).Fit(Surface.Load(_context, 2))).Message;
        Assert.StartsWith("MlpRegressionTrainer: ", message);
        Assert.Contains("each of 3 members leaves out a part of the rows, but only 2 of them weigh more than 0", message);

        // Where nothing is asked for, such rows are no ground for members.
        var data = ChangedRows.Change(_context, Surface.Load(_context, 60), (row, values) => values.Weight = row < 3 ? 1 : 0);
        Assert.IsNotEmpty(new MlpRegressionTrainer(_context, exampleWeightColumnName: "Weight").Fit(data).Model.History.Epochs);
    }

    private static MlpTrainer.Options Classes() => new() { HiddenLayers = [6], NumberOfEpochs = 8, BatchSize = 16, Members = 3, Seed = 1 };

    private static MlpRegressionTrainer.Options Numbers() => new() { HiddenLayers = [6], NumberOfEpochs = 8, BatchSize = 16, Members = 3, Seed = 1 };
}
