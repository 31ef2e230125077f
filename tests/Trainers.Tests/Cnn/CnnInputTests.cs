using Microsoft.ML;
using Microsoft.ML.Data;
using static MLNet.GradientTrainers.Cnn;

namespace MLNet.GradientTrainers.Tests.Cnn;

/// <summary>Rows that are few, sparse or unusable.</summary>
[TestClass]
public sealed class CnnInputTests
{
    private static CnnTrainer Trainer(MLContext context, Action<CnnTrainer.Options>? change = null)
    {
        var options = new CnnTrainer.Options { Layers = [Conv2D(3, 3), BatchNorm(), ReLU(), Flatten(), Dense(4), BatchNorm(), Tanh()], NumberOfEpochs = 2, BatchSize = 8, Seed = 7 };
        change?.Invoke(options);
        return new CnnTrainer(context, options);
    }

    /// <summary>A last batch of one row, in which a normalized unit has no variance; batches that are larger than the data.</summary>
    [TestMethod]
    [DataRow(9, 8)]
    [DataRow(5, 1000)]
    public void FewRowsTrain(int rows, int batch)
    {
        var context = new MLContext(seed: 1);
        var data = LoadDense(context, rows);
        var model = Trainer(context, o => o.BatchSize = batch).Fit(data, LoadDense(context, 1));
        Assert.IsTrue(EstimatorContract.Scores(model, data).All(float.IsFinite));
        Assert.IsTrue(EstimatorContract.Scores(model, LoadDense(context, 1)).All(float.IsFinite));
        Assert.IsTrue(float.IsFinite((float)model.Model.History.Epochs[^1].ValidationLoss));
    }

    /// <summary>In a batch of one row batch normalization of a flat layer gives the same for every row.</summary>
    [TestMethod]
    public void BatchesOfOneRowAreRefusedBeforeAnyIsRead()
    {
        var context = new MLContext(seed: 1);
        var spy = new SpyView(LoadDense(context, 9));
        var trainer = Trainer(context, o => o.BatchSize = 1);
        foreach (Action fit in new Action[] { () => trainer.Fit(spy), () => trainer.FindLearningRate(spy) })
        {
            string message = Assert.ThrowsExactly<ArgumentException>(fit).Message;
            StringAssert.StartsWith(message, "CnnTrainer: Layer 6 of 8 (batch-normalization), with input [4]");
            StringAssert.Contains(message, "Set BatchSize to at least 2");
        }

        Assert.AreEqual(0, spy.Cursors);
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => Trainer(context).Fit(LoadDense(context, 1))).Message, "The training data has one row");
        Trainer(context, o => (o.BatchSize, o.Layers) = (1, [Conv2D(3, 3), BatchNorm(), ReLU(), Flatten(), Dense(4), LayerNorm(), Tanh()])).Fit(LoadDense(context, 3));
    }

    /// <summary>Shuffled rows are left out by turns, others never come back.</summary>
    [TestMethod]
    public void ARowThatIsNeverLearnedFromIsWarnedOf()
    {
        var context = new MLContext(seed: 1);
        var warnings = Log.Warnings(context);
        Trainer(context).Fit(LoadDense(context, 9));
        Trainer(context, o => o.Shuffle = false).Fit(LoadDense(context, 16));
        Assert.IsFalse(warnings.Exists(w => w.Contains("Shuffle")), string.Join("\n", warnings));
        Trainer(context, o => o.Shuffle = false).Fit(LoadDense(context, 17));
        Assert.HasCount(1, warnings.Where(w => w.Contains("The last training row is not learned from") && w.Contains("Shuffle")));
    }

    private static IDataView LoadDense(MLContext context, int rows) =>
        Load(context, Strokes.Rows(rows).Select((r, i) => new ImageRow { Label = (uint)(i % 3), Features = new VBuffer<float>(Strokes.Size, r.Features) }));

    private static IDataView Load(MLContext context, IEnumerable<ImageRow> rows) => context.Data.LoadFromEnumerable(rows);

    internal sealed class ImageRow
    {
        [KeyType(3)]
        public uint Label { get; set; }

        [VectorType(Strokes.Channels, Strokes.Height, Strokes.Width)]
        public VBuffer<float> Features { get; set; }
    }
}
