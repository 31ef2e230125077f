using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNet.GradientTrainers.Hosting.Tests;

/// <summary>Answers are those of ML.NET's own prediction engine, bit for bit, for single rows and for many, whatever the pipeline.</summary>
[TestClass]
public sealed class PredictTests
{
    [TestMethod]
    public void SingleRowsAndManyAreWhatMLNetsEngineSays()
    {
        using var served = new Served(builder => builder.FromModel(Blobs.First, "oak"));
        var expected = Blobs.Expected(Blobs.First);
        var many = served.Model.Predict(Blobs.Rows, out string version);
        Assert.AreEqual("oak", version);
        Assert.HasCount(expected.Length, many);
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.IsTrue(Blobs.AreEqual(expected[i], served.Model.Predict(Blobs.Rows[i])), $"row {i}");
            Assert.IsTrue(Blobs.AreEqual(expected[i], many[i]), $"row {i} of many");
        }
    }

    [TestMethod]
    public void TwoNetworksInARowScoreBlocks()
    {
        // The second one reads the first one's scores, whose rows must stand where the second one's do.
        var model = Blobs.Context.Transforms.Conversion.MapValueToKey("Label", "Species")
            .Append(new MlpTrainer(Blobs.Context, new MlpTrainer.Options { HiddenLayers = [4], NumberOfEpochs = 1, Members = 1 }))
            .Append(Blobs.Context.Transforms.Concatenate("Joined", "Features", "Score"))
            .Append(new MlpTrainer(Blobs.Context, new MlpTrainer.Options { FeatureColumnName = "Joined", HiddenLayers = [4], NumberOfEpochs = 1, Members = 1 }))
            .Append(Blobs.Context.Transforms.Conversion.MapKeyToValue("Predicted", "PredictedLabel"))
            .Fit(Blobs.View);
        CheckAll(model);
    }

    [TestMethod]
    public void ATransformerThatIsNoNetworkIsServedToo()
    {
        CheckAll(Blobs.Context.Transforms.Conversion.MapValueToKey("Label", "Species")
            .Append(Blobs.Context.MulticlassClassification.Trainers.LbfgsMaximumEntropy(new() { MaximumNumberOfIterations = 5 }))
            .Append(Blobs.Context.Transforms.Conversion.MapKeyToValue("Predicted", "PredictedLabel"))
            .Fit(Blobs.View));
    }

    [TestMethod]
    public void AModelFromItsFileIsServedWithAllItsSteps()
    {
        using var folder = new TemporaryFolder();
        using var served = Served.From(Blobs.Save(Blobs.First, folder["model.zip"]));
        var expected = Blobs.Expected(Blobs.First);
        Assert.IsTrue(expected.Zip(served.Model.Predict(Blobs.Rows)).All(pair => Blobs.AreEqual(pair.First, pair.Second)));
        Assert.HasCount(12, served.Model.Version!);
    }

    [TestMethod]
    public void ThousandsOfRowsAreAnsweredInTheirOrder()
    {
        using var served = new Served(builder => builder.FromModel(Blobs.First));
        var expected = Blobs.Expected(Blobs.First);
        var many = served.Model.Predict([.. Enumerable.Range(0, 2500).Select(i => Blobs.Rows[i % Blobs.Rows.Length])]);
        Assert.HasCount(2500, many);
        for (int i = 0; i < many.Length; i++)
        {
            Assert.IsTrue(Blobs.AreEqual(expected[i % expected.Length], many[i]), $"row {i}");
        }
    }

    [TestMethod]
    public void ARowThatFailsSpoilsNoOther()
    {
        using var served = new Served(builder => builder.FromModel(Blobs.First));
        var wrong = new Blob { Features = [1, 2] };
        Blob[] rows = [Blobs.Rows[0], wrong, Blobs.Rows[1]];
        var single = Assert.Throws<Exception>(() => served.Model.Predict(wrong));
        var failure = Assert.Throws<InvalidOperationException>(() => served.Model.Predict(rows));
        Assert.StartsWith("Row 1 of 3: ", failure.Message);
        Assert.AreEqual(single.Message, failure.InnerException!.Message);

        var expected = Blobs.Expected(Blobs.First);
        var model = (GradientModel<Blob, BlobPrediction>)served.Model;
        var outputs = new BlobPrediction?[3];
        var failures = new Exception?[3];
        model.Predict(rows, outputs, failures);
        Assert.IsTrue(Blobs.AreEqual(expected[0], outputs[0]!));
        Assert.IsNull(outputs[1]);
        Assert.AreEqual(single.Message, failures[1]!.Message);
        Assert.IsTrue(Blobs.AreEqual(expected[1], outputs[2]!));
        Assert.IsNull(failures[0] ?? failures[2]);

        // The engine that failed goes on.
        Assert.IsTrue(Blobs.AreEqual(expected[5], served.Model.Predict(Blobs.Rows[5])));
    }

    [TestMethod]
    public void NoRowAndNullRowsAreTold()
    {
        using var served = new Served(builder => builder.FromModel(Blobs.First));
        Assert.IsEmpty(served.Model.Predict([]));
        Assert.Throws<ArgumentNullException>(() => served.Model.Predict((Blob)null!));
        Assert.Contains("Row 1", Assert.Throws<ArgumentException>(() => served.Model.Predict([Blobs.Rows[0], null!])).Message);
    }

    [TestMethod]
    public void APredictionAllocatesItsOutputOnly()
    {
        using var served = new Served(builder => builder.FromModel(Blobs.First));
        using var engine = Blobs.Context.Model.CreatePredictionEngine<Blob, BlobPrediction>(Blobs.First);
        var model = served.Model;
        long ours = Allocated(() => model.Predict(Blobs.Rows[0]));
        long output = Allocated(() => engine.Predict(Blobs.Rows[0]));
        Assert.IsLessThanOrEqualTo(output, ours);
    }

    private static long Allocated(Action predict)
    {
        for (int i = 0; i < 100; i++)
        {
            predict();
        }

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 100; i++)
        {
            predict();
        }

        return (GC.GetAllocatedBytesForCurrentThread() - before) / 100;
    }

    private static void CheckAll(ITransformer model)
    {
        using var served = new Served(builder => builder.FromModel(model));
        var expected = Blobs.Expected(model);
        var many = served.Model.Predict(Blobs.Rows);
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.IsTrue(Blobs.AreEqual(expected[i], served.Model.Predict(Blobs.Rows[i])), $"row {i}");
            Assert.IsTrue(Blobs.AreEqual(expected[i], many[i]), $"row {i} of many");
        }
    }
}
