using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.GradientTrainers.Kernels;
using MLNet.GradientTrainers.Kernels.Tests;
using static MLNet.GradientTrainers.Cnn;

namespace MLNet.GradientTrainers.Onnx.Tests;

/// <summary>What a model writes as ONNX the engine reads again: the network, with calibration and labels' units in its weights, from which the trainer goes on.</summary>
[TestClass]
public sealed class ComesBackTests
{
    private const int Count = 90;
    private const double Nothing = 1e-9;

    private static readonly MLContext Context = new(seed: 1);
    private static readonly IDataView Rows = View();
    private static readonly IReadOnlyList<Layer> Layers = [Conv2D(4, 3, padding: 1), BatchNorm(), ReLU(), GlobalAveragePool()];

    /// <summary>The trainer, how its options differ from the usual ones, and the output that training goes on from.</summary>
    private static readonly (Type Trainer, string Name, string Output, Func<PretrainedNetwork?, ITransformer> Fit)[] Cases =
    [
        Mlp("", options => options),
        Mlp("one network", options => options with { Members = 1 }),
        Mlp("bins", options => options with { FeatureBins = 4 }),
        Mlp("standardized", options => options with { FeatureScaling = FeatureScaling.Standard, Activation = new SiLU() }),
        Mlp("raw", options => options with { FeatureScaling = FeatureScaling.None, Members = 1 }),
        Mlp("bytes", options => options with { FeatureColumnName = nameof(Row.Marks) }),
        Mlp("sparse", options => options with { FeatureColumnName = "Sparse" }),
        Cnn<CnnTrainer, CnnTrainer.Options>("", "Score", new() { LabelColumnName = "Key" }, options => options with { Layers = Layers }, options => new CnnTrainer(Context, options)),
        Cnn<CnnTrainer, CnnTrainer.Options>(
            "channels last", "Score", new() { LabelColumnName = "Key", FeatureColumnName = nameof(Row.Last), InputShape = new ImageShape(2, 3, 4), ImageLayout = ImageLayout.ChannelsLast }, options => options with { Layers = Layers }, options => new CnnTrainer(Context, options)),
        Binary("", options => options),
        Binary("one network", options => options with { Members = 1, Threshold = 0.2 }),
        Binary("best F1", options => options with { Threshold = DecisionThreshold.BestF1, ClassWeights = ClassWeights.Balanced }),
        Binary("not calibrated", options => options with { Calibrate = false, FeatureBins = 3 }),
        Cnn<CnnBinaryTrainer, CnnBinaryTrainer.Options>(
            "", "Probability", new() { LabelColumnName = "Answer", Calibrate = false }, options => options with { Layers = Layers, ValidationFraction = 0.3, Calibrate = true }, options => new CnnBinaryTrainer(Context, options)),
        MultiLabel("", options => options),
        MultiLabel("one network", options => options with { Members = 1, ValidationFraction = 0.3, LabelWeights = LabelWeights.Balanced }),
        Cnn<CnnMultiLabelTrainer, CnnMultiLabelTrainer.Options>(
            "", "Score", new() { LabelColumnName = "Answers", Calibrate = false }, options => options with { Layers = Layers, ValidationFraction = 0.3, Calibrate = true }, options => new CnnMultiLabelTrainer(Context, options)),
        Regression("", options => options),
        Regression("several numbers", options => options with { LabelColumnName = nameof(Row.Sizes), Members = 1 }),
        Regression("counts", options => options with { Loss = new Poisson() }),
        Cnn<CnnRegressionTrainer, CnnRegressionTrainer.Options>("", "Score", new() { LabelColumnName = "Price" }, options => options with { Layers = Layers }, options => new CnnRegressionTrainer(Context, options)),
        (typeof(PolynomialTrainer), "a line", "Score", start => start is null ? Context.Regression.Trainers.Polynomial(labelColumnName: "Price", degree: 1).Fit(Rows) : null!),
        (typeof(GradientDescentTrainer), "", "Score", start => start is null ? Context.Regression.Trainers.GradientDescent(labelColumnName: "Price").Fit(Rows) : null!),
        (typeof(SgdTrainer), "", "Score", start => start is null ? Context.Regression.Trainers.Sgd(labelColumnName: "Price").Fit(Rows) : null!),
        (typeof(MiniBatchSgdTrainer), "", "Score", start => start is null ? Context.Regression.Trainers.MiniBatchSgd(labelColumnName: "Price").Fit(Rows) : null!),
        (typeof(SgdLogisticTrainer), "", "Probability", start => Fit(new SgdLogisticTrainer.Options { LabelColumnName = "Answer" }, start, options => new SgdLogisticTrainer(Context, options))),
        (typeof(SgdMaximumEntropyTrainer), "", "Score", start => Fit(new SgdMaximumEntropyTrainer.Options { LabelColumnName = "Key" }, start, options => new SgdMaximumEntropyTrainer(Context, options))),
    ];

    public static IEnumerable<object[]> Names => Cases.Select(one => new object[] { one.Trainer.Name, one.Name });

    [TestMethod]
    public void NoTrainerIsLeftOut()
    {
        var trainers = typeof(MlpTrainer).Assembly.GetExportedTypes().Where(type => !type.IsAbstract && Bases(type).Any(parent =>
            parent.IsGenericType && parent.GetGenericTypeDefinition() == typeof(GradientTrainer<,>)));
        CollectionAssert.AreEquivalent(trainers.ToArray(), Cases.Select(one => one.Trainer).Distinct().ToArray());

        static IEnumerable<Type> Bases(Type type) => type.BaseType is { } parent ? Bases(parent).Prepend(parent) : [];
    }

    [TestMethod]
    [DynamicData(nameof(Names))]
    public void ItsFileIsRead_AndTrainingGoesOnFromIt(string trainer, string name)
    {
        var (_, _, output, fit) = Cases.Single(one => one.Trainer.Name == trainer && one.Name == name);
        var model = fit(null);
        var score = Read(model, "Score");
        AssertScores(model.Transform(Rows), "Score", score);
        var outputs = Read(model, output);
        AssertScores(model.Transform(Rows), output, outputs);
        Assert.IsTrue(outputs.Definition.Layers[^1] is Kernels.Dense or Ensemble, $"{outputs.Definition}: what comes behind the head can't be trained further.");
        if (fit(outputs) is { } further)
        {
            // A fit that learns nearly nothing scores as its start.
            AssertNear(Values(model.Transform(Rows), output), Values(further.Transform(Rows), output), 1e-4);
        }
    }

    /// <summary>Damaged copies of files of each kind: named errors, and memory that stays within some times the file.</summary>
    [TestMethod]
    [DataRow(nameof(MlpBinaryTrainer))]
    [DataRow(nameof(CnnBinaryTrainer))]
    [DataRow(nameof(PolynomialTrainer))]
    [DataRow(nameof(SgdLogisticTrainer))]
    [DataRow(nameof(SgdMaximumEntropyTrainer))]
    public void MutatedFiles_GiveNamedErrors_AndTakeLittleMemory(string trainer)
    {
        const int Copies = 250;
        var one = Cases.First(one => one.Trainer.Name == trainer);
        var (file, output) = Written(one.Fit(null), one.Output);
        long before = GC.GetAllocatedBytesForCurrentThread();
        int refused = Mutations.Run(file, Copies, mutated => OnnxModel.ToNetwork(new MemoryStream(mutated), output: output), e => e is FormatException or NotSupportedException or ArgumentException { ParamName: "output" });
        Assert.IsGreaterThan(Copies / 3, refused);
        Assert.IsLessThan((long)Copies << 23, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    /// <summary>The label is beyond what a network computes; the answer names the node.</summary>
    [TestMethod]
    public void ALabelIsNoScore()
    {
        var model = Cases.First(one => one.Trainer == typeof(MlpBinaryTrainer)).Fit(null);
        StringAssert.Contains(Assert.ThrowsExactly<NotSupportedException>(() => Read(model, "PredictedLabel")).Message, "(Greater)");
        StringAssert.Contains(Assert.ThrowsExactly<NotSupportedException>(() => Read(model, null)).Message, "here 'Probability'.");
    }

    [TestMethod]
    public void APolynomialOfAHigherDegreeIsNoNetwork()
    {
        var model = Context.Regression.Trainers.Polynomial(labelColumnName: "Price", degree: 2).Fit(Rows);
        StringAssert.Contains(Assert.ThrowsExactly<NotSupportedException>(() => Read(model, null)).Message, "'polynomial.");
    }

    /// <summary>What comes before the trainer in a pipeline, where it is one sequence of layers.</summary>
    [TestMethod]
    public void APipelineThatNormalizesComesBack()
    {
        var normalized = Context.Transforms.NormalizeMeanVariance("Scaled", nameof(Row.Features), fixZero: false);
        var model = normalized.Append(new MlpRegressionTrainer(Context, new MlpRegressionTrainer.Options { LabelColumnName = "Price", FeatureColumnName = "Scaled", NumberOfEpochs = 3, Members = 1, FeatureScaling = FeatureScaling.None })).Fit(Rows);
        using var stream = new MemoryStream();
        Context.Model.ConvertToOnnx(model, Rows, stream);
        stream.Position = 0;
        var network = OnnxModel.ToNetwork(stream, output: "Score.output");
        Assert.IsInstanceOfType<Normalization>(network.Definition.Layers[0]);
        AssertScores(model.Transform(Rows), "Score", network);
    }

    /// <summary>The pipeline's normalizer and the trainer's own scale are both in front of the network; a fit on the rows as they were goes on behind them.</summary>
    [TestMethod]
    [DataRow(nameof(MlpTrainer), false, 1)]
    [DataRow(nameof(MlpTrainer), true, 1)]
    [DataRow(nameof(MlpTrainer), false, 4)]
    [DataRow(nameof(MlpBinaryTrainer), true, 4)]
    [DataRow(nameof(MlpRegressionTrainer), false, 4)]
    [DataRow(nameof(MlpRegressionTrainer), true, 1)]
    public void TrainingGoesOnFromAPipelineThatNormalizes(string trainer, bool byRange, int members)
    {
        const string Scaled = "Scaled";
        IEstimator<ITransformer> normalizer = byRange ? Context.Transforms.NormalizeMinMax(Scaled, nameof(Row.Features)) : Context.Transforms.NormalizeMeanVariance(Scaled, nameof(Row.Features));
        IEstimator<ITransformer> Of(string features, PretrainedNetwork? start)
        {
            (int epochs, double rate) = start is null ? (5, 0.02) : (1, Nothing);
            return trainer switch
            {
                nameof(MlpTrainer) => new MlpTrainer(Context, new() { LabelColumnName = "Key", FeatureColumnName = features, StartFrom = start, NumberOfEpochs = epochs, LearningRate = rate, Members = members }),
                nameof(MlpBinaryTrainer) => new MlpBinaryTrainer(Context, new() { LabelColumnName = "Answer", FeatureColumnName = features, StartFrom = start, NumberOfEpochs = epochs, LearningRate = rate, Members = members, Calibrate = false }),
                _ => new MlpRegressionTrainer(Context, new() { LabelColumnName = "Price", FeatureColumnName = features, StartFrom = start, NumberOfEpochs = epochs, LearningRate = rate, Members = members }),
            };
        }

        string output = trainer == nameof(MlpBinaryTrainer) ? "Probability" : "Score";
        var model = normalizer.Append(Of(Scaled, null)).Fit(Rows);
        using var stream = new MemoryStream();
        Context.Model.ConvertToOnnx(model, Rows, stream);
        stream.Position = 0;
        var network = OnnxModel.ToNetwork(stream, output: output + ".output");
        AssertScores(model.Transform(Rows), output, network);
        stream.Position = 0;
        Assert.Contains($"here '{output}.output'.", Assert.ThrowsExactly<NotSupportedException>(() => OnnxModel.ToNetwork(stream)).Message);
        var further = Of(nameof(Row.Features), network).Fit(Rows);
        AssertNear(Values(model.Transform(Rows), output), Values(further.Transform(Rows), output), 1e-4);

        // What was trained further starts a fit again, and goes on itself.
        var again = Of(nameof(Row.Features), PretrainedNetwork.Of(further)).Fit(Rows);
        AssertNear(Values(model.Transform(Rows), output), Values(again.Transform(Rows), output), 1e-4);
    }

    private static (Type, string, string, Func<PretrainedNetwork?, ITransformer>) Mlp(string name, Func<MlpTrainer.Options, MlpTrainer.Options> change) => (
        typeof(MlpTrainer), name, "Score", start => Fit(change(new MlpTrainer.Options { LabelColumnName = "Key" }) with { FeatureBins = null }, change(new MlpTrainer.Options { LabelColumnName = "Key" }), start, options => new MlpTrainer(Context, options)));

    private static (Type, string, string, Func<PretrainedNetwork?, ITransformer>) Binary(string name, Func<MlpBinaryTrainer.Options, MlpBinaryTrainer.Options> change) => (
        typeof(MlpBinaryTrainer), name, "Probability", start =>
        {
            var options = change(new MlpBinaryTrainer.Options { LabelColumnName = "Answer", ValidationFraction = 0.3 });
            return Fit(options with { FeatureBins = null, Calibrate = false, ValidationFraction = 0, Threshold = DecisionThreshold.Half }, options, start, own => new MlpBinaryTrainer(Context, own));
        });

    private static (Type, string, string, Func<PretrainedNetwork?, ITransformer>) MultiLabel(string name, Func<MlpMultiLabelTrainer.Options, MlpMultiLabelTrainer.Options> change) => (
        typeof(MlpMultiLabelTrainer), name, "Score", start =>
        {
            var options = change(new MlpMultiLabelTrainer.Options { LabelColumnName = "Answers" });
            return Fit(options with { Calibrate = false, ValidationFraction = 0 }, options, start, own => new MlpMultiLabelTrainer(Context, own));
        });

    private static (Type, string, string, Func<PretrainedNetwork?, ITransformer>) Regression(string name, Func<MlpRegressionTrainer.Options, MlpRegressionTrainer.Options> change) => (
        typeof(MlpRegressionTrainer), name, "Score", start => Fit(change(new MlpRegressionTrainer.Options { LabelColumnName = "Price" }), start, options => new MlpRegressionTrainer(Context, options)));

    private static (Type, string, string, Func<PretrainedNetwork?, ITransformer>) Cnn<TTrainer, TOptions>(string name, string output, TOptions further, Func<TOptions, TOptions> first, Func<TOptions, IEstimator<ITransformer>> trainer)
        where TOptions : CnnOptions => (typeof(TTrainer), name, output, start =>
        {
            // Batch normalization is frozen, as what it has seen would not stay.
            further = further.FeatureColumnName == nameof(Row.Last) ? further : further with { FeatureColumnName = nameof(Row.Image) };
            return Fit(further with { FreezeUpTo = 3 }, first(further), start, trainer);
        });

    private static ITransformer Fit<TOptions>(TOptions options, PretrainedNetwork? start, Func<TOptions, IEstimator<ITransformer>> trainer)
        where TOptions : NetworkTrainerOptions => Fit(options, options, start, trainer);

    /// <summary>A fit, or one from a network that learns nearly nothing.</summary>
    private static ITransformer Fit<TOptions>(TOptions further, TOptions first, PretrainedNetwork? start, Func<TOptions, IEstimator<ITransformer>> trainer)
        where TOptions : NetworkTrainerOptions => trainer(start is null
            ? first with { NumberOfEpochs = 8, LearningRate = 0.02, Members = first.Members ?? (first is MlpOptions ? 3 : 1) }
            : further with { StartFrom = start, NumberOfEpochs = 1, LearningRate = Nothing, Members = null }).Fit(Rows);

    /// <summary>A model of ours alone; ML.NET's own linear models by its converter.</summary>
    private static (byte[] File, string? Output) Written(ITransformer model, string? output)
    {
        using var stream = new MemoryStream();
        switch (model)
        {
            case ScoringTransformer<MulticlassNetworkModelParameters> own:
                own.WriteOnnx(stream);
                break;
            case ScoringTransformer<BinaryNetworkModelParameters> own:
                own.WriteOnnx(stream);
                break;
            case ScoringTransformer<MultiLabelNetworkModelParameters> own:
                own.WriteOnnx(stream);
                break;
            case ScoringTransformer<RegressionNetworkModelParameters> own:
                own.WriteOnnx(stream);
                break;
            case PolynomialTransformer own:
                own.WriteOnnx(stream);
                break;
            default:
                Context.Model.ConvertToOnnx(model, Context.Transforms.SelectColumns(nameof(Row.Features)).Fit(Rows).Transform(Rows), stream);
                output += ".output";
                break;
        }

        return (stream.ToArray(), output);
    }

    private static OnnxNetwork Read(ITransformer model, string? output)
    {
        var (file, name) = Written(model, output);
        return OnnxModel.ToNetwork(new MemoryStream(file), output: name);
    }

    private static void AssertScores(IDataView scored, string output, OnnxNetwork network)
    {
        using var predictor = new Predictor(network.Weights, new PredictorOptions { Link = network.Link, InputLayout = network.InputLayout });
        string column = predictor.InputSize switch
        {
            3 => nameof(Row.Features),
            4 => nameof(Row.Marks),
            24 => network.InputLayout == ImageLayout.ChannelsLast ? nameof(Row.Last) : nameof(Row.Image),
            _ => "Sparse",
        };
        float[] features = Values(scored, column);
        float[] actual = new float[Count * predictor.OutputSize];
        predictor.Predict(features, Count, actual);
        AssertNear(Values(scored, output), actual, 1e-5);
    }

    private static void AssertNear(float[] expected, float[] actual, double relative)
    {
        Assert.HasCount(expected.Length, actual);
        double size = Math.Sqrt(expected.Average(score => (double)score * score));
        Assert.IsGreaterThan(Count / 10, expected.Distinct().Count(), "The scores hardly differ: nothing is compared.");
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.AreEqual(expected[i], actual[i], relative * Math.Max(size, Math.Abs(expected[i])), $"score {i}");
        }
    }

    private static float[] Values(IDataView data, string column) => data.Schema[column].Type switch
    {
        VectorDataViewType { ItemType: var item } when item.Equals(NumberDataViewType.Byte) => [.. data.GetColumn<byte[]>(column).SelectMany(row => row).Select(value => (float)value)],
        VectorDataViewType => [.. data.GetColumn<float[]>(column).SelectMany(row => row)],
        _ => [.. data.GetColumn<float>(column)],
    };

    private static IDataView View()
    {
        var random = new Random(1);
        var schema = SchemaDefinition.Create(typeof(Row));
        schema[nameof(Row.Image)].ColumnType = new VectorDataViewType(NumberDataViewType.Single, 2, 3, 4);
        schema[nameof(Row.Last)].ColumnType = new VectorDataViewType(NumberDataViewType.Single, 3, 4, 2);
        IDataView rows = Context.Data.LoadFromEnumerable(
            Enumerable.Range(0, Count).Select(i =>
            {
                float a = random.NextSingle();
                float b = random.NextSingle() * 100;
                float c = random.NextSingle() - 0.5f;
                bool answer = a + (0.3 * random.NextDouble()) > 0.7;
                float[] image = [.. Enumerable.Range(0, 24).Select(at => a + (at % 2 * c) + (0.1f * random.NextSingle()))];
                return new Row
                {
                    Features = [a, b, c],
                    Marks = [(byte)(a * 255), (byte)b, (byte)random.Next(256), (byte)random.Next(2)],
                    Image = image,
                    Last = image,
                    Key = (uint)((a > 0.5 ? 1 : 0) + (c > 0 ? 1 : 0)),
                    Answer = answer,
                    Answers = [answer ? 1 : 0, b > 40 ? 1 : 0],
                    Price = 1000 + (300 * a) + b,
                    Sizes = [a * 5000, c - 7],
                    District = $"{random.Next(40)}",
                };
            }).ToArray(),
            schema);
        return Context.Transforms.Categorical.OneHotEncoding("Sparse", nameof(Row.District)).Fit(rows).Transform(rows);
    }

    private sealed class Row
    {
        [VectorType(3)]
        public float[] Features { get; set; } = [];

        [VectorType(4)]
        public byte[] Marks { get; set; } = [];

        public float[] Image { get; set; } = [];

        public float[] Last { get; set; } = [];

        [KeyType(3)]
        public uint Key { get; set; }

        public bool Answer { get; set; }

        [VectorType(2)]
        public float[] Answers { get; set; } = [];

        public float Price { get; set; }

        [VectorType(2)]
        public float[] Sizes { get; set; } = [];

        public string District { get; set; } = "";
    }
}
