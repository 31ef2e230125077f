using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.GradientTrainers.Kernels;
using MLNet.GradientTrainers.TestSupport;
using MLNet.GradientTrainers.Tests.Cnn;
using static MLNet.GradientTrainers.Cnn;

namespace MLNet.GradientTrainers.Tests.Networks;

/// <summary>Transfer learning: layers of a trained network that stay, or learn slowly, below a fresh head.</summary>
[TestClass]
public sealed class TransferTests
{
    /// <summary>Numbers of a summary: 1 normalization, 2 convolution, 3 batch normalization, 4 ReLU, 5 pooling, 6 flatten, 7 dense, 8 ReLU, 9 dense.</summary>
    private static readonly Layer[] Some = [Conv2D(4, 3, padding: 1), BatchNorm(), ReLU(), MaxPool(2), Flatten(), Dense(8), ReLU()];

    private static readonly Lazy<MulticlassNetworkModelParameters> Trained = new(() =>
    {
        var context = new MLContext(seed: 1);
        return new CnnTrainer(context, new CnnTrainer.Options { Layers = Some, NumberOfEpochs = 4, Seed = 1 }).Fit(Strokes.Load(context)).Model;
    });

    /// <summary>The point of it: few rows are enough for a network that has seen many of others. The mean of three seeds, each with convolutions that saw 0 to 4.</summary>
    [TestMethod]
    public void DigitsOfOtherClasses_AreLearnedFromFewerRows()
    {
        var context = new MLContext(seed: 1);
        var (images, labels) = Digits(context, "train");
        var old = Rows(digit => digit < 5, 300);
        var few = Rows(digit => digit >= 5, 5);
        (images, labels) = Digits(context, "test");
        var test = Rows(digit => digit >= 5, 60);
        var keys = context.Transforms.Conversion.MapValueToKey("Label", "Digit", keyOrdinality: Microsoft.ML.Transforms.ValueToKeyMappingEstimator.KeyOrdinality.ByValue).Fit(few);
        Layer[] layers = [Conv2D(6, 5, stride: 2), ReLU(), Conv2D(12, 3, stride: 2), ReLU(), Flatten(), Dense(24), ReLU()];
        var (scratch, frozen, slow) = (0.0, 0.0, 0.0);
        for (int seed = 1; seed <= 3; seed++)
        {
            var many = new CnnTrainer(context, new CnnTrainer.Options { Layers = layers, NumberOfEpochs = 5, Seed = seed }).Fit(context.Transforms.Conversion.MapValueToKey("Label", "Digit").Fit(old).Transform(old));
            var convolutions = PretrainedNetwork.Of(many).Take(5);
            var options = new CnnTrainer.Options { Layers = layers, NumberOfEpochs = 10, Seed = seed };
            scratch += Accuracy(options) / 3;
            frozen += Accuracy(options with { StartFrom = convolutions, FreezeUpTo = 5 }) / 3;
            slow += Accuracy(options with { StartFrom = convolutions }) / 3;
        }

        Assert.IsGreaterThan(scratch + 0.05, frozen);
        Assert.IsGreaterThan(scratch + 0.05, slow);

        double Accuracy(CnnTrainer.Options wanted) =>
            context.MulticlassClassification.Evaluate(new CnnTrainer(context, wanted).Fit(keys.Transform(few)).Transform(keys.Transform(test))).MicroAccuracy;

        IDataView Rows(Func<uint, bool> wanted, int ofEach) => context.Data.LoadFromEnumerable(labels
            .Select((label, i) => new DigitRow { Digit = label - 1, Features = images[i] })
            .Where(row => wanted(row.Digit)).GroupBy(row => row.Digit).SelectMany(rows => rows.Take(ofEach)).ToList());
    }

    [TestMethod]
    public void FrozenLayersKeepTheirBits_AndTheScaleComesAlong()
    {
        var context = new MLContext(seed: 1);
        var rows = Strokes.Rows(60, seed: 2);
        rows.ForEach(row => row.Features = [.. row.Features.Select(value => 3 + (7 * value))]);
        var messages = Log.Infos(context);
        var model = Fit(context, new CnnTrainer.Options { StartFrom = Trained.Value, FreezeUpTo = 5, NewHead = true, NumberOfEpochs = 2, Seed = 2 }, Strokes.WithKeys(context, context.Data.LoadFromEnumerable(rows)));
        Assert.AreEqual(Trained.Value.Definition.ToString(), model.Definition.ToString());
        foreach (var slot in model.Definition.Parameters)
        {
            Assert.AreEqual(slot.Layer < 5, Trained.Value.Weights[slot.Layer, slot.Spec.Name].SequenceEqual(model.Weights[slot.Layer, slot.Spec.Name]), $"{slot.Spec.Name} of layer {slot.Layer + 1}");
        }

        Assert.Contains($"Starts from {Trained.Value.Definition}: layers 1 to 5 are frozen, layers 6 to 8 learn at 0.3 of the rate, what follows layer 8 is new.", messages);
    }

    /// <summary>A frozen network is a feature extractor: the head learns what it would learn from the outputs of the old one.</summary>
    [TestMethod]
    public void TheHeadLearnsFromWhatTheOldNetworkMakesOfTheRows()
    {
        var context = new MLContext(seed: 1);
        var data = Strokes.Load(context, 60, seed: 2);
        var options = new CnnTrainer.Options { StartFrom = Trained.Value, FreezeUpTo = 8, NewHead = true, NumberOfEpochs = 3, Seed = 2, Augmentation = ImageAugmentation.None, Shuffle = false };
        var model = Fit(context, options, data);
        var old = Trained.Value.Weights;
        NetworkWeights without = new(new NetworkDefinition(old.Definition.InputShape, [.. old.Definition.Layers.SkipLast(1)]));
        foreach (var slot in without.Definition.Parameters)
        {
            old[slot.Layer, slot.Spec.Name].CopyTo(without[slot.Layer, slot.Spec.Name]);
        }

        using var predictor = new Predictor(without);
        var made = Strokes.Rows(60, seed: 2).Select(row =>
        {
            float[] features = new float[8];
            predictor.Predict(row.Features, 1, features);
            return new FeaturesRow { Direction = row.Direction, Features = features };
        }).ToList();
        NetworkWeights head = NetworkWeights.Initialize(model.Definition, 2);
        NetworkWeights start = new(new NetworkDefinition(new TensorShape(8), [new Dense(3)]));
        head[8, "weight"].CopyTo(start[0, "weight"]);
        var alone = new MlpTrainer(context, new MlpTrainer.Options
        {
            HiddenLayers = [], StartFrom = start, NumberOfEpochs = 3, BatchSize = CnnDefaults.BatchSize(60), Optimizer = new Adam(), LearningRate = CnnDefaults.LearningRate, Seed = 2, Shuffle = false,
        }).Fit(Strokes.WithKeys(context, context.Data.LoadFromEnumerable(made))).Model;
        var (expected, actual) = (alone.Weights[0, "weight"].ToArray(), model.Weights[8, "weight"].ToArray());
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.AreEqual(expected[i], actual[i], 1e-5);
        }
    }

    [TestMethod]
    public void OldLayersLearnAtASmallerRateThanAFreshHead()
    {
        var context = new MLContext(seed: 1);
        var data = Strokes.Load(context, 30, seed: 2);
        var whole = Step(1, newHead: true);
        var usual = Step(null, newHead: true);
        var kept = Step(null, newHead: false);
        var keptWhole = Step(1, newHead: false);
        foreach (var slot in Trained.Value.Definition.Parameters.Where(slot => slot.Spec.Trainable))
        {
            double factor = slot.Layer < 8 ? 0.3 : 1;
            for (int i = 0; i < slot.Length; i++)
            {
                float start = slot.Layer < 8 ? Trained.Value.Weights[slot.Layer, slot.Spec.Name][i] : 0;
                float full = whole[slot.Layer, slot.Spec.Name][i] - start;
                Assert.AreEqual(factor * full, usual[slot.Layer, slot.Spec.Name][i] - start, 1e-6);
            }
        }

        CollectionAssert.AreEqual(keptWhole.Flat(), kept.Flat());

        NetworkWeights Step(double? factor, bool newHead) => Fit(context, new CnnTrainer.Options
        {
            StartFrom = Trained.Value, NewHead = newHead, StartFromRateFactor = factor, NumberOfEpochs = 1, BatchSize = 30, Optimizer = new Sgd(), LearningRate = 0.05, Seed = 2, Augmentation = ImageAugmentation.None,
        }, data).Weights;
    }

    /// <summary>First the head alone, then all at a small rate: two fits, the second from the first one's model.</summary>
    [TestMethod]
    public void TwoStages()
    {
        var context = new MLContext(seed: 1);
        var data = Strokes.Load(context, 60, seed: 2);
        var head = Fit(context, new CnnTrainer.Options { StartFrom = Trained.Value, FreezeUpTo = 8, NewHead = true, NumberOfEpochs = 10, LearningRate = 0.01, Seed = 2 }, data);
        var all = Fit(context, new CnnTrainer.Options { StartFrom = head, NumberOfEpochs = 3, LearningRate = 1e-4, Seed = 2 }, data);
        Assert.IsTrue(Trained.Value.Weights[6, "weight"].SequenceEqual(head.Weights[6, "weight"]));
        Assert.IsFalse(head.Weights[6, "weight"].SequenceEqual(all.Weights[6, "weight"]));
        Assert.IsLessThan(head.History.Epochs[0].TrainingLoss, all.History.Epochs[0].TrainingLoss);
        var further = context.MulticlassClassification.Trainers.Cnn(new CnnTrainer.Options { FreezeUpTo = 7, NumberOfEpochs = 1, Seed = 2 }).Fit(data, head).Model;
        Assert.IsTrue(head.Weights[6, "weight"].SequenceEqual(further.Weights[6, "weight"]));
        Assert.IsFalse(head.Weights[8, "weight"].SequenceEqual(further.Weights[8, "weight"]));
    }

    /// <summary>Another task of any kind gets a head of its own above the old layers.</summary>
    [TestMethod]
    public void EveryKindOfTaskStartsFromAnyOther()
    {
        var context = new MLContext(seed: 1);
        var yes = context.BinaryClassification.Trainers.Cnn(startFrom: Trained.Value, freezeUpTo: 8, numberOfEpochs: 1).Fit(Strokes.LoadAnswers(context, 60));
        var number = context.Regression.Trainers.Cnn(startFrom: yes, freezeUpTo: 8, numberOfEpochs: 1).Fit(Strokes.LoadNumbers(context, 60));
        var tags = context.BinaryClassification.Trainers.CnnMultiLabel(startFrom: number, freezeUpTo: 8, numberOfEpochs: 1).Fit(Strokes.LoadTags(context, 60));
        var classes = context.MulticlassClassification.Trainers.Cnn(startFrom: tags, freezeUpTo: 8, numberOfEpochs: 1).Fit(Strokes.Load(context, 60));
        foreach (var (model, outputs) in new (NetworkModelParameters, int)[] { (yes.Model, 1), (number.Model, 1), (tags.Model, 2), (classes.Model, 3) })
        {
            Assert.AreEqual(outputs, model.Definition.OutputShape.Size);
            CollectionAssert.AreEqual(Trained.Value.Weights[6, "weight"].ToArray(), model.Weights[6, "weight"].ToArray());
        }

        CollectionAssert.AreNotEqual(yes.Model.Weights[8, "weight"].ToArray(), number.Model.Weights[8, "weight"].ToArray());
        var perceptron = context.MulticlassClassification.Trainers.Mlp(new MlpTrainer.Options { HiddenLayers = [6], Activation = new Tanh(), Members = 1, NumberOfEpochs = 1 }).Fit(Blobs.Load(context));
        var line = context.Regression.Trainers.Mlp(new MlpRegressionTrainer.Options { StartFrom = perceptron, FreezeUpTo = 3, NumberOfEpochs = 1 })
            .Fit(context.Transforms.CopyColumns("Label", "Weight").Fit(Blobs.Load(context)).Transform(Blobs.Load(context)));
        Assert.AreEqual(new Tanh(), ((Dense)line.Model.Definition.Layers[2]).Activation);
        CollectionAssert.AreEqual(perceptron.Model.Weights[2, "weight"].ToArray(), line.Model.Weights[2, "weight"].ToArray());
    }

    /// <summary>The head stays where it tells the same classes, and only there, unless it is asked for.</summary>
    [TestMethod]
    public void TheHeadIsNewWhereClassesAreOthers()
    {
        var context = new MLContext(seed: 1);
        Assert.IsTrue(KeepsHead(Strokes.Load(context, 30), null));
        Assert.IsFalse(KeepsHead(Strokes.Load(context, 30), true));
        var rows = Strokes.Rows(30);
        rows.ForEach(row => row.Direction = $"not {row.Direction}");
        var others = Strokes.WithKeys(context, context.Data.LoadFromEnumerable(rows));
        Assert.IsFalse(KeepsHead(others, null));
        Assert.IsTrue(KeepsHead(others, false));
        Assert.IsTrue(KeepsHead(others, null, Trained.Value.Weights));
        Assert.IsTrue(KeepsHead(others, null, new OnnxNetwork(Trained.Value.Weights, OutputLink.Softmax, ImageLayout.ChannelsFirst)));
        Assert.IsFalse(KeepsHead(others, null, new OnnxNetwork(Trained.Value.Weights, OutputLink.Sigmoid, ImageLayout.ChannelsFirst)));

        bool KeepsHead(IDataView data, bool? newHead, PretrainedNetwork? from = null) => Fit(context, new CnnTrainer.Options
        {
            StartFrom = from ?? Trained.Value, NewHead = newHead, NumberOfEpochs = 1, Optimizer = new Sgd(), LearningRate = 1e-30, Seed = 2,
        }, data).Weights[8, "weight"].SequenceEqual(Trained.Value.Weights[8, "weight"]);
    }

    [TestMethod]
    public void NetworksOfPipelinesAndFilesStartAFit()
    {
        var context = new MLContext(seed: 1);
        var data = context.Data.LoadFromEnumerable(Strokes.Rows(30));
        var chain = context.Transforms.Conversion.MapValueToKey("Label", "Direction")
            .Append(context.MulticlassClassification.Trainers.Cnn(layers: Some, numberOfEpochs: 1))
            .Append(context.Transforms.Conversion.MapKeyToValue("Predicted", "PredictedLabel")).Fit(data);
        using var file = new MemoryStream();
        context.Model.Save(chain, data.Schema, file);
        file.Position = 0;
        var network = PretrainedNetwork.Of(new MLContext().Model.Load(file, out _));
        Assert.Contains("9 dense", network.Summary());
        var model = Fit(context, new CnnTrainer.Options { StartFrom = network, FreezeUpTo = 7, NumberOfEpochs = 1 }, Strokes.Load(context, 30));
        CollectionAssert.AreEqual(network.Weights[6, "weight"].ToArray(), model.Weights[6, "weight"].ToArray());
        Assert.Contains("no network", Assert.ThrowsExactly<ArgumentException>(() => PretrainedNetwork.Of(context.Transforms.CopyColumns("a", "Direction").Fit(data))).Message);
        Assert.Contains("2 networks", Assert.ThrowsExactly<ArgumentException>(() => PretrainedNetwork.Of(chain.Append(chain))).Message);
        Assert.IsNotNull(context.MulticlassClassification.Trainers.Cnn(startFrom: network, freezeUpTo: 8).FindLearningRate(Strokes.Load(context, 30)).Points);
    }

    /// <summary>Of an ensemble, as small tables have it without any option, the layers of one member count: all but the head is all but each member's head.</summary>
    [TestMethod]
    public void OfAnEnsemble_TheLayersOfAMemberAreCounted()
    {
        var context = new MLContext(seed: 1);
        var data = Blobs.Load(context);
        var old = new MlpTrainer(context, new MlpTrainer.Options { HiddenLayers = [6, 5], Dropout = 0, Members = 2, NumberOfEpochs = 1, Seed = 1 }).Fit(data).Model;
        PretrainedNetwork network = old!;
        Assert.AreEqual("[4] → normalization [4] → activation [4] → dense [6] → dense [5] → dense [3]", network.Definition.ToString());
        Assert.Contains("5 dense ", network.Summary());
        var messages = Log.Infos(context);
        var model = new MlpTrainer(context, new MlpTrainer.Options { StartFrom = network, FreezeUpTo = network.Definition.Layers.Count - 1, NewHead = true, NumberOfEpochs = 2, Seed = 1 }).Fit(data).Model;
        for (int member = 0; member < 2; member++)
        {
            for (int layer = 0; layer < 3; layer++)
            {
                string weight = Ensemble.ParameterName(member, layer, "weight");
                Assert.AreEqual(layer < 2, old.Weights[2, weight].SequenceEqual(model.Weights[2, weight]), weight);
            }
        }

        Assert.IsTrue(messages.Any(message => message.Contains("layers 1 to 4 are frozen, what follows layer 4 is new.")));
        new MlpTrainer(context, new MlpTrainer.Options { StartFrom = network, FreezeUpTo = 3, NewHead = true, NumberOfEpochs = 1 }).Fit(data);
        Assert.IsTrue(messages.Any(message => message.Contains("layers 1 to 3 are frozen, layer 4 learns at 0.3 of the rate, what follows layer 4 is new.")));
    }

    /// <summary>Bins make more numbers of the features, which the old layers behind them take.</summary>
    [TestMethod]
    [DataRow(1)]
    [DataRow(2)]
    public void BinsComeAlong(int members)
    {
        var context = new MLContext(seed: 1);
        var data = Blobs.Load(context);
        var old = new MlpTrainer(context, new MlpTrainer.Options { HiddenLayers = [6], FeatureBins = 3, Dropout = 0, Members = members, NumberOfEpochs = 1, Seed = 1 }).Fit(data).Model;
        var options = new MlpTrainer.Options { StartFrom = old, FreezeUpTo = 4, NewHead = true, NumberOfEpochs = 1, Seed = 1 };
        var model = new MlpTrainer(context, options).Fit(data).Model;
        Assert.AreEqual(old.Definition.ToString(), model.Definition.ToString());
        CollectionAssert.AreEqual(First(old), First(model));
        Assert.AreEqual(old.Definition.ToString(), new MlpTrainer(context, options with { FeatureBins = 3 }).Fit(data).Model.Definition.ToString());
        Assert.Contains("with 3 bins of each feature, but FeatureBins is 4", Assert.ThrowsExactly<ArgumentException>(() => new MlpTrainer(context, options with { FeatureBins = 4 }).Fit(data)).Message);
        var without = new MlpTrainer(context, new MlpTrainer.Options { HiddenLayers = [6], Members = 1, NumberOfEpochs = 1 }).Fit(data);
        Assert.Contains("with no bins, but FeatureBins is 4", Assert.ThrowsExactly<ArgumentException>(() => new MlpTrainer(context, new MlpTrainer.Options { StartFrom = without, FeatureBins = 4 }).Fit(data)).Message);

        float[] First(MulticlassNetworkModelParameters of) => of.Weights[3, members == 1 ? "weight" : Ensemble.ParameterName(0, 0, "weight")].ToArray();
    }

    /// <summary>Layers that were taken from a network may end in one of as many outputs as the new task has.</summary>
    [TestMethod]
    public void WhatIsTakenMayEndInAHead()
    {
        var context = new MLContext(seed: 1);
        var data = Strokes.Load(context, 30);
        PretrainedNetwork whole = Trained.Value!;
        Assert.AreSame(whole, whole.Take(9));
        var three = new NetworkWeights(new NetworkDefinition(new TensorShape(2, 8, 10), [Flatten(), Dense(3), Dense(2)]));
        PretrainedNetwork lower = ((PretrainedNetwork)three!).Take(2);
        var messages = Log.Infos(context);
        Assert.AreEqual("[2, 8, 10] → flatten [160] → dense [3]", Fit(context, new CnnTrainer.Options { StartFrom = lower, NumberOfEpochs = 1 }, data).Definition.ToString());
        Assert.IsTrue(messages.Any(message => message.EndsWith("its head stays.", StringComparison.Ordinal)));
        Fit(context, new CnnTrainer.Options { StartFrom = lower, NewHead = true, NumberOfEpochs = 1 }, data);
        Assert.IsTrue(messages.Any(message => message.EndsWith("what follows layer 1 is new.", StringComparison.Ordinal)));
        Assert.Contains("leaves no layer to learn", Assert.ThrowsExactly<ArgumentException>(() => Fit(context, new CnnTrainer.Options { StartFrom = lower, FreezeUpTo = 2 }, data)).Message);
    }

    /// <summary>More layers between the old ones and the head, and images of another size where no old layer minds.</summary>
    [TestMethod]
    public void ALongerHead_AndImagesOfAnotherSize()
    {
        var context = new MLContext(seed: 1);
        var data = Strokes.Load(context, 30);
        var longer = Fit(context, new CnnTrainer.Options { Layers = [.. Some, Dense(5), ReLU()], StartFrom = Trained.Value, FreezeUpTo = 8, NumberOfEpochs = 1 }, data);
        CollectionAssert.AreEqual(Trained.Value.Weights[6, "weight"].ToArray(), longer.Weights[6, "weight"].ToArray());
        Assert.AreEqual(11, longer.Definition.Layers.Count);

        // The upper layers learned anew, behind the first ones of the old network.
        var first = PretrainedNetwork.Of(new CnnTrainer(context, new CnnTrainer.Options { StartFrom = Trained.Value, NumberOfEpochs = 1, LearningRate = 1e-9 }).Fit(data)).Take(5);
        var anew = Fit(context, new CnnTrainer.Options { Layers = [.. Some[..5], Dense(9), ReLU()], StartFrom = first, FreezeUpTo = 5, NumberOfEpochs = 1 }, data);
        CollectionAssert.AreEqual(first.Weights[1, "weight"].ToArray(), anew.Weights[1, "weight"].ToArray());
        Assert.AreEqual(9, anew.Weights[6, "bias"].Length);
        Assert.AreEqual(3, Fit(context, new CnnTrainer.Options { StartFrom = first, FreezeUpTo = 5, NumberOfEpochs = 1 }, data).Weights[6, "bias"].Length);
        var hidden = new MlpTrainer(context, new MlpTrainer.Options { HiddenLayers = [6, 5], Dropout = 0, Members = 2, NumberOfEpochs = 1 }).Fit(Blobs.Load(context)).Model;
        var lower = new MlpTrainer(context, new MlpTrainer.Options { StartFrom = ((PretrainedNetwork)hidden!).Take(3), FreezeUpTo = 3, NumberOfEpochs = 1 }).Fit(Blobs.Load(context)).Model;
        CollectionAssert.AreEqual(hidden.Weights[2, Ensemble.ParameterName(1, 0, "weight")].ToArray(), lower.Weights[2, Ensemble.ParameterName(1, 0, "weight")].ToArray());
        Assert.AreEqual("[4] → normalization [4] → activation [4] → ensemble of 2 × (dense [6] → dense [3])", lower.Definition.ToString().Replace("asinh", "activation"));

        var free = new CnnTrainer(context, new CnnTrainer.Options { Layers = [Conv2D(4, 3), ReLU(), GlobalAveragePool()], NumberOfEpochs = 1 }).Fit(data);
        var larger = context.Data.LoadFromEnumerable(Strokes.Rows(30).Select(row => new LargerRow { Direction = row.Direction, Features = [.. row.Features, .. row.Features] }));
        var model = Fit(context, new CnnTrainer.Options { StartFrom = free, FreezeUpTo = 2, NumberOfEpochs = 1 }, Strokes.WithKeys(context, larger));
        CollectionAssert.AreEqual(free.Model.Weights[1, "weight"].ToArray(), model.Weights[1, "weight"].ToArray());
    }

    [TestMethod]
    public void WhatCantBeIsRefused_BeforeARowIsRead()
    {
        var context = new MLContext(seed: 1);
        CnnTrainer.Options Options(int? freeze = null) => new() { StartFrom = Trained.Value, FreezeUpTo = freeze, NewHead = true };
        Refused(Options(12), "FreezeUpTo is 12, but the network has 9 layers: 1 normalization, 2 convolution-2d, 3 batch-normalization, 4 activation, 5 max-pooling-2d, 6 flatten, 7 dense, 8 activation, 9 dense. Give at most 8.");
        Refused(Options(9), "FreezeUpTo is 9, which leaves no layer to learn the new task");
        Refused(Options(9) with { NewHead = null }, "FreezeUpTo is 9, which leaves no layer to learn the new task");
        Refused(new CnnTrainer.Options { FreezeUpTo = 2 }, "FreezeUpTo is 2, but there is no trained network");
        Refused(Options() with { Layers = [Conv2D(4, 5, padding: 2), .. Some[1..]] }, "layer 2 is convolution-2d with weight [3, 3, 2, 4]", "the trainer's layer 1 is convolution-2d with weight [5, 5, 2, 4]");
        Refused(Options() with { Layers = [.. Some[..2], new ActivationLayer(new Tanh()), .. Some[3..]] }, "\"relu\"", "\"tanh\"", "Leave Layers open, which takes its layers, or give the same; only the last one with weights may differ");
        Refused(Options() with { Layers = Some[..4] }, "the trainer's layer 6 is dense");
        Refused(new CnnTrainer.Options { StartFrom = new NetworkWeights(new NetworkDefinition(new TensorShape(2, 8, 10), [Flatten(), Dense(3)])), NewHead = false, Layers = Some }, "Leave Layers open, which takes its layers, or give the same");
        var two = context.Data.LoadFromEnumerable(Strokes.Rows(30).Where(row => row.Direction != "aslant").ToList());
        Refused(Options() with { NewHead = false }, Strokes.WithKeys(context, two), "NewHead is false, but the last layer of StartFrom is dense with weight [8, 3], bias [3], that of the fit dense with weight [8, 2], bias [2]");
        var larger = context.Data.LoadFromEnumerable(Strokes.Rows(30).Select(row => new LargerRow { Direction = row.Direction, Features = [.. row.Features, .. row.Features] }));
        Refused(Options(), Strokes.WithKeys(context, larger), "It was trained on inputs [2, 8, 10], these rows are [2, 16, 10]", "ResizeImages");
        var model = Assert.ThrowsExactly<ArgumentException>(() => new CnnTrainer(context, Options()).Fit(Strokes.Load(context, 30), Trained.Value));
        Assert.Contains("Give one of them", model.Message);
        Assert.Contains("Give at most 8", Assert.ThrowsExactly<ArgumentException>(() => new CnnTrainer(context, new CnnTrainer.Options { FreezeUpTo = 9 }).Fit(Strokes.Load(context, 30), Trained.Value)).Message);
        Assert.Contains("trained with FeatureScaling = Standard; the trainer asks for None", Assert.ThrowsExactly<ArgumentException>(() => Fit(context, Options() with { FeatureScaling = FeatureScaling.None }, Strokes.Load(context, 30))).Message);
        Assert.Contains("take from 2 to 9", Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => ((PretrainedNetwork)Trained.Value!).Take(1)).Message);
        Assert.Contains("take from 2 to 9", Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => ((PretrainedNetwork)Trained.Value!).Take(10)).Message);
        Assert.DoesNotContain("ResizeImages", Assert.ThrowsExactly<ArgumentException>(() => new MlpTrainer(context, new MlpTrainer.Options { StartFrom = NetworkWeights.Initialize(new NetworkDefinition(new TensorShape(3), [new Dense(6), new Dense(3)]), 1) }).Fit(Blobs.Load(context))).Message);
        foreach (var (wrong, option) in new[] { (Options(12), "FreezeUpTo"), (Options() with { Layers = Some[..4] }, "StartFrom"), (new CnnTrainer.Options { FreezeUpTo = 9 }, "FreezeUpTo") })
        {
            Assert.AreEqual(option, Assert.ThrowsExactly<ArgumentException>(() => new CnnTrainer(context, wrong).Fit(Strokes.Load(context, 30))).ParamName);
        }

        Assert.AreEqual("FreezeUpTo", Assert.ThrowsExactly<ArgumentException>(() => new CnnTrainer(context, new CnnTrainer.Options { FreezeUpTo = 9 }).Fit(Strokes.Load(context, 30), Trained.Value)).ParamName);
        Assert.AreEqual("NewHead", Assert.ThrowsExactly<ArgumentException>(() => new CnnTrainer(context, Options() with { NewHead = false }).Fit(Strokes.WithKeys(context, two))).ParamName);
        Assert.AreEqual("Members", Assert.ThrowsExactly<ArgumentException>(() => new CnnTrainer(context, new CnnTrainer.Options { Members = 3 }).Fit(Strokes.Load(context, 30), Trained.Value)).ParamName);
        foreach (var (wrong, option) in new[] { (Options(0), "FreezeUpTo"), (Options() with { StartFromRateFactor = 0 }, "StartFromRateFactor"), (new CnnTrainer.Options { NewHead = true }, "NewHead"), (new CnnTrainer.Options { StartFromRateFactor = 0.1 }, "StartFromRateFactor") })
        {
            Assert.AreEqual(option, Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new CnnTrainer(context, wrong)).ParamName);
        }

        void Refused(CnnTrainer.Options options, params object[] data)
        {
            var view = new SpyView(data.OfType<IDataView>().FirstOrDefault() ?? Strokes.Load(context, 30));
            string message = Assert.ThrowsExactly<ArgumentException>(() => new CnnTrainer(context, options).Fit(view)).Message;
            foreach (string part in data.OfType<string>())
            {
                Assert.Contains(part, message);
            }

            Assert.AreEqual(0, view.Cursors);
        }
    }

    /// <summary>A perceptron whose options leave the layers open takes those of a network as they are, such as one of PyTorch; training goes on from it again.</summary>
    [TestMethod]
    public void APerceptronTakesWhateverLayersANetworkOfATableHas()
    {
        var context = new MLContext(seed: 1);
        var data = Blobs.Load(context, 60);
        NetworkDefinition layers = new(
            new TensorShape(Blobs.Width), [new Dense(6), new BatchNormalization(), new ActivationLayer(new Tanh()), new Residual([new LayerNormalization(), new Dense(6, new ReLU())]), new Dropout(0.1), new Dense(5)]);
        var start = NetworkWeights.Initialize(layers, 1);
        var model = new MlpTrainer(context, new MlpTrainer.Options { StartFrom = start, FreezeUpTo = 1, NumberOfEpochs = 2 }).Fit(data).Model;
        Assert.AreEqual(layers.ToString().Replace("[5]", "[3]", StringComparison.Ordinal), model.Definition.ToString());
        CollectionAssert.AreEqual(start[0, "weight"].ToArray(), model.Weights[0, "weight"].ToArray());
        var further = new MlpTrainer(context, new MlpTrainer.Options { NumberOfEpochs = 1, LearningRate = 1e-9 }).Fit(data, model).Model;
        Assert.AreEqual(model.Definition.ToString(), further.Definition.ToString());
        Assert.AreEqual(model.Weights[0, "weight"][0], further.Weights[0, "weight"][0], 1e-6f);
        var again = new MlpTrainer(context, new MlpTrainer.Options { StartFrom = model, NumberOfEpochs = 1 }).Fit(data).Model;
        Assert.AreEqual(model.Definition.ToString(), again.Definition.ToString());

        var given = Assert.ThrowsExactly<ArgumentException>(() => new MlpTrainer(context, new MlpTrainer.Options { StartFrom = start, HiddenLayers = [6] }).Fit(data));
        Assert.Contains("Leave HiddenLayers, Activation and Dropout open, which takes its layers, or give the same", given.Message);
        var images = Assert.ThrowsExactly<ArgumentException>(() => new MlpTrainer(context, new MlpTrainer.Options { StartFrom = Trained.Value }).Fit(data));
        Assert.AreEqual("StartFrom", images.ParamName);
        Assert.Contains("MlpTrainer can't give 'Features' [4] to the layers of StartFrom, which is [2, 8, 10] → ", images.Message);
        Assert.Contains("a network of images starts a Cnn trainer", images.Message);
        for (Exception? cause = images; cause is not null; cause = cause.InnerException)
        {
            Assert.DoesNotContain("more than", cause.Message, "The layers don't fit; there are not too many weights.");
        }

        var goesOn = Assert.ThrowsExactly<ArgumentException>(() => new MlpTrainer(context, new MlpTrainer.Options()).Fit(data, Trained.Value));
        Assert.DoesNotContain("more than", goesOn.Message);
        var tables = Assert.ThrowsExactly<ArgumentException>(() => new CnnTrainer(context, new CnnTrainer.Options { StartFrom = start }).Fit(Strokes.Load(context, 30)));
        Assert.AreEqual("StartFrom", tables.ParamName);
        Assert.Contains("one of tables an Mlp trainer", tables.Message);
    }

    /// <summary>Losses take what is before a softmax: the head is the layer before it.</summary>
    [TestMethod]
    public void ASoftmaxAtTheEndIsLeftOut()
    {
        var context = new MLContext(seed: 1);
        var data = Blobs.Load(context, 60);
        var start = NetworkWeights.Initialize(new NetworkDefinition(new TensorShape(Blobs.Width), [new Dense(6, new ReLU()), new Dense(3), new SoftmaxLayer()]), 1);
        var model = new MlpTrainer(context, new MlpTrainer.Options { StartFrom = start, NumberOfEpochs = 1, LearningRate = 1e-9 }).Fit(data).Model;
        Assert.AreEqual("[4] → dense [6] → dense [3]", model.Definition.ToString());
        Assert.AreEqual(start[1, "weight"][0], model.Weights[1, "weight"][0], 1e-6f);
    }

    [TestMethod]
    public void WeightsThatAreNoNumbersAreRefused()
    {
        var context = new MLContext(seed: 1);
        var start = NetworkWeights.Initialize(new NetworkDefinition(new TensorShape(Blobs.Width), [new Dense(6), new Dense(3)]), 1);
        start[1, "weight"][2] = float.NaN;
        var error = Assert.ThrowsExactly<ArgumentException>(() => new MlpTrainer(context, new MlpTrainer.Options { StartFrom = start }).Fit(Blobs.Load(context, 60)));
        Assert.AreEqual("StartFrom", error.ParamName);
        Assert.Contains("whose layer 2 has a weight that is infinite or NaN", error.Message);
    }

    /// <summary>Rows that are stored sparse, whose scale was folded into the first layer.</summary>
    [TestMethod]
    public void SparseRowsStartFromAModelOfSparseRows()
    {
        var context = new MLContext(seed: 1);
        var texts = context.Data.LoadFromEnumerable(Enumerable.Range(0, 60).Select(i => new Text { Words = $"w{i % 3} w{3 + (i % 7)} w{10 + (i % 30)}", Kind = $"k{i % 3}", Number = i % 3 }).ToList());
        var rows = context.Transforms.Text.TokenizeIntoWords("Tokens", "Words")
            .Append(context.Transforms.Conversion.MapValueToKey("Tokens"))
            .Append(context.Transforms.Text.ProduceNgrams("Features", "Tokens", ngramLength: 2))
            .Append(context.Transforms.Conversion.MapValueToKey("Label", "Kind")).Fit(texts).Transform(texts);
        var first = new MlpTrainer(context, new MlpTrainer.Options { HiddenLayers = [5], NumberOfEpochs = 3, Seed = 1 }).Fit(rows).Model;
        var numbers = context.Transforms.CopyColumns("Label", "Number").Fit(rows).Transform(rows);
        var second = new MlpRegressionTrainer(context, new MlpRegressionTrainer.Options { StartFrom = first, FreezeUpTo = 1, NumberOfEpochs = 3, Seed = 1 }).Fit(numbers).Model;
        CollectionAssert.AreEqual(first.Weights[0, "weight"].ToArray(), second.Weights[0, "weight"].ToArray());
        Assert.IsLessThan(second.History.Epochs[0].TrainingLoss, second.History.Epochs[^1].TrainingLoss);
    }

    private static MulticlassNetworkModelParameters Fit(MLContext context, CnnTrainer.Options options, IDataView data) => new CnnTrainer(context, options).Fit(data).Model;

    private static (float[][] Images, uint[] Labels) Digits(MLContext context, string which)
    {
        string Path(string kind) => System.IO.Path.Combine(Repository.Root, "data", $"digits-{which}-{kind}-ubyte");
        var view = context.Data.LoadFromIdx(Path("images-idx3"), Path("labels-idx1"));
        return ([.. view.GetColumn<float[]>("Features").Take(3500)], [.. view.GetColumn<uint>("Label").Take(3500)]);
    }

    private sealed class DigitRow
    {
        public uint Digit { get; set; }

        [VectorType(1, 28, 28)]
        public float[] Features { get; set; } = [];
    }

    private sealed class FeaturesRow
    {
        public string Direction { get; set; } = "";

        [VectorType(8)]
        public float[] Features { get; set; } = [];
    }

    private sealed class LargerRow
    {
        public string Direction { get; set; } = "";

        [VectorType(2, 16, 10)]
        public float[] Features { get; set; } = [];
    }

    private sealed class Text
    {
        public string Words { get; set; } = "";

        public string Kind { get; set; } = "";

        public float Number { get; set; }
    }
}
