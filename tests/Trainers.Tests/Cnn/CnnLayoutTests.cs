using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.GradientTrainers.Kernels;
using static MLNet.GradientTrainers.Cnn;

namespace MLNet.GradientTrainers.Tests.Cnn;

/// <summary>Images whose values lie as [height, width, channels]: the same network, bit for bit, as of those that lie as [channels, height, width].</summary>
[TestClass]
public sealed class CnnLayoutTests
{
    private static CnnTrainer.Options Quick(Action<CnnTrainer.Options>? change = null)
    {
        var options = new CnnTrainer.Options { Layers = [Conv2D(4, 3, padding: 1), BatchNorm(), ReLU(), MaxPool(2)], NumberOfEpochs = 2, BatchSize = 16, Seed = 7 };
        change?.Invoke(options);
        return options;
    }

    [TestMethod]
    public void KeepsTheEstimatorContract() =>
        EstimatorContract.Check(
            context => new CnnTrainer(context, Quick(o => o.InputShape = new ImageShape(2, 8, 10))),
            context => Strokes.LoadInterleaved(context, 60));

    [TestMethod]
    public void TrainsAndScoresAsWithChannelsFirst()
    {
        var context = new MLContext(seed: 1);
        var planar = Strokes.Load(context, 60);
        var interleaved = Strokes.LoadInterleaved(context, 60);
        foreach (var augmentation in new[] { null, new ImageAugmentation { Shift = 1, Noise = 0.1 } })
        {
            MulticlassNetworkTransformer Fit(IDataView data, IDataView validation, ImageLayout layout) => new CnnTrainer(context, Quick(o =>
                (o.ImageLayout, o.InputShape, o.Augmentation) = (layout, new ImageShape(2, 8, 10), augmentation))).Fit(data, validation);
            var first = Fit(planar, Strokes.Load(context, 20, 2), ImageLayout.ChannelsFirst);
            var last = Fit(interleaved, Strokes.LoadInterleaved(context, 20, 2), ImageLayout.ChannelsLast);
            Assert.AreEqual(first.Model.Definition, last.Model.Definition);
            foreach (ParameterSlot slot in first.Model.Definition.Parameters)
            {
                CollectionAssert.AreEqual(first.Model.Weights[slot.Layer, slot.Spec.Name].ToArray(), last.Model.Weights[slot.Layer, slot.Spec.Name].ToArray());
            }

            Assert.AreEqual(first.Model.History.Epochs[^1].ValidationLoss, last.Model.History.Epochs[^1].ValidationLoss);
            CollectionAssert.AreEqual(EstimatorContract.Scores(first, planar), EstimatorContract.Scores(last, interleaved));
        }
    }

    [TestMethod]
    public void TheColumnsDimensionsTellTheLayout()
    {
        static (ImageLayout Layout, TensorShape Shape) Of(TensorShape features, ImageShape? given = null, ImageLayout? layout = null)
        {
            var options = new CnnTrainer.Options { Layers = [], InputShape = given, ImageLayout = layout };
            return (options.Layout(features), options.Define(features, 3).InputShape);
        }

        Assert.AreEqual((ImageLayout.ChannelsLast, new TensorShape(3, 32, 30)), Of(new(32, 30, 3)));
        Assert.AreEqual((ImageLayout.ChannelsLast, new TensorShape(1, 28, 28)), Of(new(28, 28, 1)));
        Assert.AreEqual((ImageLayout.ChannelsFirst, new TensorShape(3, 32, 30)), Of(new(3, 32, 30)));
        Assert.AreEqual((ImageLayout.ChannelsFirst, new TensorShape(3, 32, 3)), Of(new(3, 32, 3)));
        Assert.AreEqual((ImageLayout.ChannelsFirst, new TensorShape(16, 8, 5)), Of(new(16, 8, 5)));
        Assert.AreEqual((ImageLayout.ChannelsLast, new TensorShape(5, 16, 8)), Of(new(16, 8, 5), layout: ImageLayout.ChannelsLast));
        Assert.AreEqual((ImageLayout.ChannelsFirst, new TensorShape(16, 8, 3)), Of(new(16, 8, 3), layout: ImageLayout.ChannelsFirst));
        Assert.AreEqual((ImageLayout.ChannelsLast, new TensorShape(8, 5, 6)), Of(new(5, 6, 8), new(8, 5, 6)));
        Assert.AreEqual((ImageLayout.ChannelsFirst, new TensorShape(16, 8, 3)), Of(new(16, 8, 3), new(16, 8, 3)));
        Assert.AreEqual((ImageLayout.ChannelsFirst, new TensorShape(3, 4, 5)), Of(new(60), new(3, 4, 5)));
        Assert.AreEqual((ImageLayout.ChannelsFirst, new TensorShape(1, 9, 3)), Of(new(9, 3)));
    }

    [TestMethod]
    public void AModelKeepsTheLayout()
    {
        var context = new MLContext(seed: 1);
        var data = Strokes.LoadInterleaved(context, 12);
        var options = Quick(o => (o.InputShape, o.NumberOfEpochs) = (new ImageShape(2, 8, 10), 1));
        var fitted = new CnnTrainer(context, options).Fit(data);
        using var file = new MemoryStream();
        context.Model.Save(fitted, data.Schema, file);
        file.Position = 0;
        var model = context.Model.Load(file, out _);
        var loaded = (MulticlassNetworkTransformer)(model is TransformerChain<ITransformer> chain ? chain.LastTransformer : model);
        Assert.AreEqual(ImageLayout.ChannelsLast, loaded.Model.InputLayout);
        CollectionAssert.AreEqual(new[] { 8, 10, 2 }, ((VectorDataViewType)loaded.FeatureColumnType).Dimensions.ToArray());
        StringAssert.Contains(loaded.Summary(), "input, channels last");

        // The weights mean the same in either layout, so that training may go on with rows of the other.
        var other = Strokes.Load(context, 12);
        Assert.AreEqual(ImageLayout.ChannelsFirst, new CnnTrainer(context, Quick()).Fit(other, loaded.Model).Model.InputLayout);
    }

    [TestMethod]
    public void ImagesInTheOtherLayoutAreRefused()
    {
        var context = new MLContext(seed: 1);
        var (planar, interleaved) = (Strokes.Load(context, 12), Strokes.LoadInterleaved(context, 12));
        var model = new CnnTrainer(context, Quick()).Fit(planar);
        string message = Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => model.Transform(interleaved)).Message;
        StringAssert.Contains(message, "[8, 10, 2], but the model was trained on [2, 8, 10]");
        model.Transform(Strokes.LoadFlat(context, 12));
        message = Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new CnnTrainer(context, Quick()).Fit(planar, interleaved)).Message;
        StringAssert.Contains(message, "[8, 10, 2], the training ones as [2, 8, 10]");
        new CnnTrainer(context, Quick()).Fit(planar, Strokes.LoadFlat(context, 12));
    }

    [TestMethod]
    public void MapsAreThoseOfTheSameImage()
    {
        var context = new MLContext(seed: 1);
        float[] image = Strokes.Rows(6, 5)[4].Features;
        var first = new CnnTrainer(context, Quick()).Fit(Strokes.Load(context, 60)).Model;
        var last = new CnnTrainer(context, Quick(o => o.ImageLayout = ImageLayout.ChannelsLast)).Fit(Strokes.LoadInterleaved(context, 60)).Model;
        using var planar = new ImageExplainer(first);
        using var interleaved = new ImageExplainer(last);
        float[] other = Strokes.Interleaved(image);
        CollectionAssert.AreEqual(Strokes.Interleaved(planar.Gradient(image, 1)), interleaved.Gradient(other, 1));
        CollectionAssert.AreEqual(planar.Saliency(image).Values.ToArray(), interleaved.Saliency(other).Values.ToArray());
        CollectionAssert.AreEqual(planar.Occlusion(image, size: 3).Values.ToArray(), interleaved.Occlusion(other, size: 3).Values.ToArray());
    }

    [TestMethod]
    public void AnUnknownLayoutIsRefused() =>
        StringAssert.Contains(
            Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new CnnTrainer(new MLContext(1), Quick(o => o.ImageLayout = (ImageLayout)7))).Message, "ChannelsFirst, ChannelsLast");
}
