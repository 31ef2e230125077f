using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.GradientTrainers.Kernels;
using static MLNet.GradientTrainers.Cnn;

namespace MLNet.GradientTrainers.Tests.Cnn;

[TestClass]
public sealed class CnnTrainerTests
{
    private static CnnTrainer.Options Quick(Action<CnnTrainer.Options>? change = null)
    {
        var options = new CnnTrainer.Options
        {
            Layers = [Conv2D(6, 3, padding: 1), BatchNorm(), ReLU(), MaxPool(2), Flatten(), Dense(8), ReLU()],
            NumberOfEpochs = 12,
            BatchSize = 16,
            Seed = 7,
            LearningRate = 0.01,
        };
        change?.Invoke(options);
        return options;
    }

    [TestMethod]
    public void KeepsTheEstimatorContract() =>
        EstimatorContract.Check(context => new CnnTrainer(context, Quick(o => o.NumberOfEpochs = 2)), context => Strokes.Load(context, 60));

    [TestMethod]
    public void KeepsTheEstimatorContractWithAResidualNetworkOfFlatRows() =>
        EstimatorContract.Check(
            context => new CnnTrainer(context, Quick(o =>
            {
                o.NumberOfEpochs = 1;
                o.InputShape = new ImageShape(2, 8, 10);
                o.Layers = ResNet8;
            })),
            context => Strokes.LoadFlat(context, 24));

    [TestMethod]
    public void SeesShapesAnywhere()
    {
        var context = new MLContext(seed: 1);
        var model = context.MulticlassClassification.Trainers.Cnn(Quick()).Fit(Strokes.Load(context));
        var metrics = context.MulticlassClassification.Evaluate(model.Transform(Strokes.Load(context, seed: 2)));
        Assert.IsGreaterThan(0.9, metrics.MicroAccuracy);
        CollectionAssert.AreEqual(Strokes.Classes, model.Model.ClassNames!.ToArray());
    }

    [TestMethod]
    public void TheSeedDecidesAndTheThreadsDoNot()
    {
        var context = new MLContext(seed: 1);
        var data = Strokes.Load(context, 40);
        float[] Scores(int seed, int threads) => EstimatorContract.Scores(new CnnTrainer(context, Quick(o => (o.Seed, o.NumberOfThreads, o.NumberOfEpochs) = (seed, threads, 2))).Fit(data), data);
        CollectionAssert.AreEqual(Scores(1, 1), Scores(1, 3));
        CollectionAssert.AreNotEqual(Scores(1, 1), Scores(2, 1));
    }

    [TestMethod]
    public void AugmentationChangesTrainingOnlyAndIsTheSameForAnyThreads()
    {
        var context = new MLContext(seed: 1);
        var data = Strokes.Load(context, 60);
        var shifted = new ImageAugmentation { Shift = 2, Noise = 0.1 };
        MulticlassNetworkTransformer Fit(ImageAugmentation augmentation, int threads = 1, double rate = 0.01) => new CnnTrainer(context, Quick(o =>
            (o.Layers, o.Augmentation, o.NumberOfThreads, o.NumberOfEpochs, o.LearningRate, o.ValidationFraction) = ([Conv2D(4, 3), ReLU()], augmentation, threads, 3, rate, 0.25))).Fit(data);

        float[] scores = EstimatorContract.Scores(Fit(shifted), data);
        CollectionAssert.AreEqual(scores, EstimatorContract.Scores(Fit(shifted, threads: 3), data));
        CollectionAssert.AreNotEqual(scores, EstimatorContract.Scores(Fit(ImageAugmentation.None), data));

        // With weights that do not move, equal validation losses show equal validation images.
        var plain = Fit(ImageAugmentation.None, rate: 1e-30).Model.History.Epochs;
        var changed = Fit(shifted, rate: 1e-30).Model.History.Epochs;
        Assert.AreNotEqual(plain[0].TrainingLoss, changed[0].TrainingLoss);
        Assert.AreNotEqual(changed[0].TrainingLoss, changed[1].TrainingLoss);
        Assert.AreEqual(plain[2].ValidationLoss, changed[2].ValidationLoss);
    }

    [TestMethod]
    public void TheOutputLayerIsAppended()
    {
        var context = new MLContext(seed: 1);
        var data = Strokes.Load(context, 12);
        NetworkDefinition Layers(params Layer[] layers) => new CnnTrainer(context, Quick(o => (o.FeatureScaling, o.Layers, o.NumberOfEpochs) = (FeatureScaling.None, layers, 1))).Fit(data).Model.Definition;
        Assert.AreEqual(new NetworkDefinition(new TensorShape(2, 8, 10), [new Convolution2D(3, 3), new Flatten(), new Dense(3)]), Layers(Conv2D(3, 3)));
        Assert.AreEqual(new NetworkDefinition(new TensorShape(2, 8, 10), [new Flatten(), new Dense(3)]), Layers());
        Assert.AreEqual(new NetworkDefinition(new TensorShape(2, 8, 10), [new GlobalAveragePooling2D(), new Dense(3)]), Layers(GlobalAveragePool(), Dense(3)));
        Assert.AreEqual(
            new NetworkDefinition(new TensorShape(2, 8, 10), [new GlobalAveragePooling2D(), new Dense(3), new ActivationLayer(new ReLU()), new Dense(3)]),
            Layers(GlobalAveragePool(), Dense(3), ReLU()));
    }

    /// <summary>The front layer takes off each channel's mean and divides by its deviation; a channel that never changes becomes 0.</summary>
    [TestMethod]
    public void EachChannelIsScaledInside()
    {
        var context = new MLContext(seed: 1);
        var images = ChangedRows.Change(context, Strokes.Load(context, 40), (row, values) =>
        {
            for (int i = 0; i < 80; i++)
            {
                values.Set(i, 7);
                values.Set(80 + i, 1000 + (50 * values.Features[80 + i]));
            }
        });
        float[][] rows = [.. images.GetColumn<float[]>("Features")];
        double[] second = [.. rows.SelectMany(row => row[80..]).Select(x => (double)x)];
        double mean = second.Average();
        double deviation = Math.Sqrt(second.Average(x => (x - mean) * (x - mean)));
        var trainer = new CnnTrainer(context, Quick(o => (o.Layers, o.NumberOfEpochs) = ([Conv2D(4, 3), ReLU()], 3)));
        var model = trainer.Fit(images).Model;
        Assert.AreEqual(new Normalization(), model.Definition.Layers[0]);
        CollectionAssert.AreEqual(new[] { 7f, (float)mean }, model.Weights[0, Normalization.Mean].ToArray());
        float[] scales = model.Weights[0, Normalization.Scale].ToArray();
        Assert.AreEqual(0, scales[0]);
        Assert.AreEqual(1 / deviation, scales[1], 1e-6 / deviation);
        CollectionAssert.AreEqual(scales, trainer.Fit(images, model).Model.Weights[0, Normalization.Scale].ToArray(), "a model that training goes on with keeps its scale");
    }

    [TestMethod]
    public void GoesOnFromAModel()
    {
        var context = new MLContext(seed: 1);
        var data = Strokes.Load(context, 60);
        var trainer = new CnnTrainer(context, Quick(o => o.NumberOfEpochs = 3));
        var first = trainer.Fit(data);
        var second = trainer.Fit(data, first.Model);
        Assert.IsLessThan(first.Model.History.Epochs[0].TrainingLoss, second.Model.History.Epochs[0].TrainingLoss);
        var other = new CnnTrainer(context, Quick(o => o.Layers = [Conv2D(2, 3)]));
        Assert.ThrowsExactly<ArgumentException>(() => other.Fit(data, first.Model));
    }

    /// <summary>A first layer that scales is the network's own where the trainer adds none.</summary>
    [TestMethod]
    [DataRow(FeatureScaling.None)]
    [DataRow(FeatureScaling.Auto)]
    public void GoesOnFromAModelThatScalesByItself(FeatureScaling scaling)
    {
        var context = new MLContext(seed: 1);
        var data = Strokes.Load(context, 30);
        var trainer = new CnnTrainer(context, Quick(o => (o.Layers, o.NumberOfEpochs, o.FeatureScaling) = ([new Normalization(), Conv2D(2, 3)], 1, scaling)));
        var first = trainer.Fit(data).Model;
        Assert.AreEqual(scaling == FeatureScaling.None ? 1 : 2, first.Definition.Layers.Count(layer => layer is Normalization));
        Assert.AreEqual(first.Definition, trainer.Fit(data, first).Model.Definition);
    }

    [TestMethod]
    public void ValidatesStopsEarlyReportsAndCancels()
    {
        var context = new MLContext(seed: 1);
        var data = Strokes.Load(context, 60);
        var epochs = new List<EpochRecord>();
        var model = new CnnTrainer(context, Quick(o => (o.EarlyStopping, o.NumberOfEpochs, o.OnEpoch) = (new EarlyStopping { Patience = 2 }, 60, epochs.Add))).Fit(data, Strokes.Load(context, 30, 3));
        Assert.IsLessThan(60, epochs.Count);
        Assert.HasCount(epochs.Count, model.Model.History.Epochs);
        Assert.IsTrue(epochs.All(e => double.IsFinite(e.ValidationLoss)));

        using var source = new CancellationTokenSource();
        var cancelled = new CnnTrainer(context, Quick(o => (o.CancellationToken, o.OnBatch) = (source.Token, _ => source.Cancel())));
        Assert.ThrowsExactly<OperationCanceledException>(() => cancelled.Fit(data));
    }

    [TestMethod]
    public void AModelKeepsTheImagesShape()
    {
        var context = new MLContext(seed: 1);
        var data = Strokes.Load(context, 12);
        using var file = new MemoryStream();
        context.Model.Save(new CnnTrainer(context, Quick(o => o.NumberOfEpochs = 1)).Fit(data), data.Schema, file);
        file.Position = 0;
        var model = context.Model.Load(file, out _);
        var loaded = (MulticlassNetworkTransformer)(model is TransformerChain<ITransformer> chain ? chain.LastTransformer : model);
        CollectionAssert.AreEqual(new[] { 2, 8, 10 }, ((VectorDataViewType)loaded.FeatureColumnType).Dimensions.ToArray());
        StringAssert.Contains(loaded.Summary(), "convolution-2d 3×3");
    }

    [TestMethod]
    public void ADimensionlessColumnIsToldBeforeAnyRowIsRead()
    {
        var context = new MLContext(seed: 1);
        var spy = new SpyView(Strokes.LoadFlat(context, 12));
        var error = Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new CnnTrainer(context, Quick()).Fit(spy));
        StringAssert.Contains(error.Message, "'Features'");
        StringAssert.Contains(error.Message, "InputShape");
        error = Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new CnnTrainer(context, Quick(o => o.InputShape = new ImageShape(1, 8, 10))).Fit(spy));
        StringAssert.Contains(error.Message, "1 × 8 × 10 = 80");
        StringAssert.Contains(error.Message, "160");
        Assert.IsEmpty(spy.Requested);
    }

    [TestMethod]
    public void AShapeErrorNamesLayerInputAndMendBeforeAnyRowIsRead()
    {
        var context = new MLContext(seed: 1);
        var spy = new SpyView(Strokes.Load(context, 12));
        string Error(params Layer[] layers) => Assert.ThrowsExactly<ArgumentException>(() => new CnnTrainer(context, Quick(o => o.Layers = layers)).Fit(spy)).Message;

        string message = Error(Conv2D(4, 3), MaxPool(2), Conv2D(4, 5));
        StringAssert.Contains(message, "Layer 3 of 3 (convolution-2d), with input [4, 3, 4]");
        StringAssert.Contains(message, "padding");
        StringAssert.Contains(message, "'Features'");
        StringAssert.Contains(Error(Conv2D(4, 3), Dense(5), ReLU()), "Put a Flatten layer before it");
        StringAssert.Contains(Error(Conv2D(4, 3), Flatten(), Dense(5)), "5 units and no activation, but there are 3 classes");
        StringAssert.Contains(Error(Flatten(), Dense(3), new SoftmaxLayer()), "softmax");
        Assert.IsEmpty(spy.Requested);
    }

    [TestMethod]
    public void WrongOptionsAreToldAtOnce()
    {
        var context = new MLContext(seed: 1);
        void Refused(string told, Action<CnnTrainer.Options> change) =>
            StringAssert.Contains(Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new CnnTrainer(context, Quick(change))).Message, told);
        Refused("Layers of CnnTrainer", o => o.Layers = null!);
        Refused("layer 2 of 2 is null", o => o.Layers = [ReLU(), null!]);
        Refused("Kernel", o => o.Layers = [Conv2D(3, (0, 1))]);
        Refused("Stride", o => o.Layers = [Conv2D(3, 3, stride: 0)]);
        Refused("Dilation", o => o.Layers = [Conv2D(3, 3, dilation: (1, 0))]);
        Refused("Stride", o => o.Layers = [MaxPool(2, 0)]);
        Refused("InputShape of CnnTrainer is 0 × 8 × 10", o => o.InputShape = new ImageShape(0, 8, 10));
        Refused("Cutout", o => o.Augmentation = new ImageAugmentation { Cutout = -1 });
        Refused("BatchSize", o => o.BatchSize = 0);
    }

    [TestMethod]
    [DataRow(nameof(LeNet5), 1, 28, 28, 61_706L)]
    [DataRow(nameof(Small), 1, 28, 28, 104_938L)]
    [DataRow(nameof(ResNet8), 3, 32, 32, 78_042L)]
    public void PresetsHaveTheWeightsThatTheyShould(string preset, int channels, int height, int width, long parameters)
    {
        var layers = (IReadOnlyList<Layer>)typeof(GradientTrainers.Cnn).GetProperty(preset)!.GetValue(null)!;
        var options = new CnnTrainer.Options { Layers = layers };
        var definition = options.Define(new TensorShape(channels, height, width), 10);
        Assert.AreEqual(10, definition.OutputShape.Size);
        Assert.AreEqual(parameters, definition.Parameters.Where(p => p.Spec.Trainable).Sum(p => (long)p.Length));
        Assert.AreEqual(definition, NetworkDefinition.FromJson(definition.ToJson()));
    }

    [TestMethod]
    public void ACopyOfAPresetIsAnEqualNetwork() =>
        Assert.AreEqual(
            new CnnTrainer.Options().Define(new TensorShape(1, 28, 28), 10),
            new CnnTrainer.Options { Layers = [.. Small, Dense(10)] }.Define(new TensorShape(28, 28), 10));
}
