using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.GradientTrainers.Kernels;
using static MLNet.GradientTrainers.Cnn;

namespace MLNet.GradientTrainers.Tests.Cnn;

/// <summary>What a convolutional network does where its options are null.</summary>
[TestClass]
public sealed class CnnDefaultsTests
{
    private readonly MLContext _context = new(seed: 1);

    [TestMethod]
    [DataRow(2, 100, 2)]
    [DataRow(20, 81, 8)]
    [DataRow(60, 59, 8)]
    [DataRow(200, 41, 16)]
    [DataRow(1000, 25, 35)]
    [DataRow(60_000, 10, 64)]
    [DataRow(10_000_000, 10, 64)]
    public void FewRowsArePassedMoreOftenInSmallerBatches(int rows, int epochs, int batchSize)
    {
        var chosen = new CnnTrainer.Options().Chosen(rows);
        Assert.AreEqual(epochs, chosen.NumberOfEpochs);
        Assert.AreEqual(batchSize, chosen.BatchSize);
        Assert.IsInstanceOfType<CosineAnnealing>(chosen.Schedule);
    }

    /// <summary>The statistics of a last batch of a row or two would be another matter than those of the others.</summary>
    [TestMethod]
    public void TheLastBatchIsAtLeastHalfFull()
    {
        for (int rows = 1; rows < 10_000; rows++)
        {
            int size = new CnnTrainer.Options().Chosen(rows).BatchSize!.Value;
            int last = ((rows - 1) % size) + 1;
            Assert.IsTrue(2 * last >= size && size <= rows && size <= 80, $"{rows} rows in batches of {size}");
        }
    }

    [TestMethod]
    public void WhatIsGivenStays()
    {
        var given = new CnnTrainer.Options { NumberOfEpochs = 3, BatchSize = 17, Optimizer = new Sgd(), Augmentation = ImageAugmentation.None };
        Assert.AreEqual(given, given.Chosen(60));
        Assert.AreEqual(0.5, new CnnTrainer.Options { LearningRate = 0.5 }.Chosen(60).LearningRate);
        Assert.HasCount(3, new CnnTrainer(_context, new CnnTrainer.Options { Layers = [Conv2D(2, 3)], NumberOfEpochs = 3 }).Fit(Strokes.Load(_context, 60)).Model.History.Epochs);
    }

    [TestMethod]
    public void ImagesAreShiftedByATenth()
    {
        Assert.AreEqual(new ImageAugmentation { Shift = 2 }, CnnDefaults.Augmentation(new TensorShape(3, 40, 28)));
        Assert.AreEqual(ImageAugmentation.None, CnnDefaults.Augmentation(new TensorShape(1, 8, 8)));
    }

    /// <summary>Pixels from 0 to 256 are the same to a network as those from 0 to 1, bit for bit: its first layer takes off each channel's mean and divides by its deviation.</summary>
    [TestMethod]
    public void TheScaleOfPixelsMakesNoDifference()
    {
        float[] Scores(float scale, FeatureScaling scaling)
        {
            var rows = Strokes.Rows(40);
            rows.ForEach(row => row.Features = [.. row.Features.Select(pixel => scale * pixel)]);
            var data = Strokes.WithKeys(_context, _context.Data.LoadFromEnumerable(rows));
            CnnTrainer.Options options = new() { Layers = [Conv2D(4, 3), BatchNorm(), ReLU(), MaxPool(2)], Seed = 3, NumberOfEpochs = 4, FeatureScaling = scaling };
            return EstimatorContract.Scores(new CnnTrainer(_context, options).Fit(data), data);
        }

        CollectionAssert.AreEqual(Scores(1, FeatureScaling.Auto), Scores(256, FeatureScaling.Auto));
        CollectionAssert.AreNotEqual(Scores(1, FeatureScaling.None), Scores(256, FeatureScaling.None));
    }

    /// <summary>Copied from the channel, the choices give the same model; without the shifts it is another.</summary>
    [TestMethod]
    public void TheChannelTellsTheChoicesToCopy()
    {
        List<string> told = [];
        var context = new MLContext(seed: 1);
        context.Log += (_, e) => told.Add(e.Message);
        var data = Wide(40);
        CnnTrainer.Options open = new() { Layers = [Conv2D(4, 3), BatchNorm(), ReLU(), MaxPool(2)], Seed = 3 };
        float[] scores = EstimatorContract.Scores(new CnnTrainer(context, open).Fit(data), data);
        Assert.IsTrue(told.Any(message => message.Contains("Chosen for images [1, 16, 20]: Augmentation = new ImageAugmentation { Shift = 1 }, a tenth of the shorter side. Images are neither rotated nor mirrored,")));
        Assert.IsTrue(told.Any(message => message.Contains("Chosen for 40 rows: NumberOfEpochs = 66, BatchSize = 8, LearningRate = 0.002, Optimizer = new Adam().")));
        var copied = open with { NumberOfEpochs = 66, BatchSize = 8, Optimizer = new Adam(), LearningRate = 0.002, Augmentation = new ImageAugmentation { Shift = 1 } };
        CollectionAssert.AreEqual(scores, EstimatorContract.Scores(new CnnTrainer(context, copied).Fit(data), data));
        CollectionAssert.AreNotEqual(scores, EstimatorContract.Scores(new CnnTrainer(context, copied with { Augmentation = ImageAugmentation.None }).Fit(data), data));

        IDataView Wide(int count)
        {
            var random = new Random(5);
            var schema = SchemaDefinition.Create(typeof(StrokeRow));
            schema[nameof(StrokeRow.Features)].ColumnType = new VectorDataViewType(NumberDataViewType.Single, 1, 16, 20);
            var rows = Enumerable.Range(0, count).Select(i => new StrokeRow
            {
                Direction = Strokes.Classes[i % 2],
                Features = [.. Enumerable.Range(0, 320).Select(j => (float)(random.NextDouble() + ((i % 2 == 0 ? j % 20 : j / 20) == 7 ? 1 : 0)))],
            });
            return context.Transforms.Conversion.MapValueToKey("Label", nameof(StrokeRow.Direction)).Fit(context.Data.LoadFromEnumerable(rows.ToList(), schema)).Transform(context.Data.LoadFromEnumerable(rows.ToList(), schema));
        }
    }
}
