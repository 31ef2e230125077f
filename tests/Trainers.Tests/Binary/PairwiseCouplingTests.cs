using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNet.GradientTrainers.Tests.Binary;

/// <summary>ML.NET's PairwiseCoupling around binary networks: a network for each class and each pair of classes.</summary>
[TestClass]
public sealed class PairwiseCouplingTests
{
    private readonly MLContext _context = new(seed: 1);

    private static MlpBinaryTrainer.Options Options => new() { HiddenLayers = [8], NumberOfEpochs = 15, BatchSize = 16, Seed = 7, LearningRate = 0.02, Members = 1 };

    /// <summary>With pᵢᵢ of the class alone and pᵢⱼ of a pair, not below, the score is pᵢᵢ / (Σ pᵢⱼ − (K − 2) · pᵢᵢ), made to sum up to 1.</summary>
    [TestMethod]
    public void ItsScoresAreThoseOfTheNetworks_AlsoAfterLoading()
    {
        var data = Blobs.Load(_context);
        var trainer = _context.BinaryClassification.Trainers.Mlp(Options);
        var model = _context.MulticlassClassification.Trainers.PairwiseCoupling(trainer).Fit(data);
        float[][] scores = [.. model.Transform(data).GetColumn<float[]>("Score")];
        int classes = Blobs.Classes.Length;
        float[][][] networks = [.. Enumerable.Range(0, classes).Select(i => Enumerable.Range(0, classes).Select(j => j <= i ? Probabilities(trainer, i, j) : []).ToArray())];
        for (int row = 0; row < scores.Length; row++)
        {
            double Of(int i, int j) => networks[Math.Max(i, j)][Math.Min(i, j)][row];
            double[] shares = [.. Enumerable.Range(0, classes).Select(i =>
                Of(i, i) / Math.Max(Of(i, i), Enumerable.Range(0, classes).Where(j => j != i).Sum(j => Math.Max(Of(i, j), Math.Max(Of(i, i), Of(j, j)))) - ((classes - 2) * Of(i, i))))];
            for (int i = 0; i < classes; i++)
            {
                Assert.AreEqual(shares[i] / shares.Sum(), scores[row][i], 1e-5, $"row {row}, class {i}");
            }
        }

        Assert.IsGreaterThan(0.95, _context.MulticlassClassification.Evaluate(model.Transform(Blobs.Load(_context, seed: 2))).MicroAccuracy);
        using var folder = new TemporaryFolder();
        _context.Model.SaveAtomically(model, data.Schema, folder["m.zip"]);
        var loaded = new MLContext().Model.Load(folder["m.zip"], out _);
        CollectionAssert.AreEqual(scores.SelectMany(row => row).ToArray(), loaded.Transform(data).GetColumn<float[]>("Score").SelectMany(row => row).ToArray());
        using var engine = new MLContext().Model.CreatePredictionEngine<BlobRow, BlobPrediction>(loaded);
        CollectionAssert.AreEqual(scores[5], engine.Predict(Blobs.Rows()[5]).Score);
    }

    [TestMethod]
    public void WhatCanNotWorkIsRefusedBeforeARowIsRead()
    {
        var trainers = _context.MulticlassClassification.Trainers;
        Assert.Contains("PairwiseCoupling hands the answers", Assert.ThrowsExactly<ArgumentException>(() => trainers.PairwiseCoupling(_context.BinaryClassification.Trainers.Mlp(Options), labelColumnName: "Kind")).Message);
        Assert.Contains("ValidationSet", Assert.ThrowsExactly<ArgumentException>(() => trainers.PairwiseCoupling(_context.BinaryClassification.Trainers.Mlp(Options with { ValidationSet = Blobs.Load(_context) }))).Message);
    }

    /// <summary>The network that tells two classes from all others.</summary>
    private float[] Probabilities(MlpBinaryTrainer trainer, int first, int second)
    {
        var rows = _context.Data.LoadFromEnumerable(Blobs.Rows().Select(row => new Answer { Label = row.Species == Blobs.Classes[first] || row.Species == Blobs.Classes[second], Features = row.Features }).ToList());
        return [.. trainer.Fit(rows).Transform(rows).GetColumn<float>("Probability")];
    }
}
