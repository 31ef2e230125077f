using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Trainers;
using MLNet.GradientTrainers.Kernels;
using MLNet.GradientTrainers.Tests.Binary;
using MLNet.GradientTrainers.Tests.Cnn;
using MLNet.GradientTrainers.Tests.MultiLabel;
using static MLNet.GradientTrainers.Cnn;

namespace MLNet.GradientTrainers.Tests.Checkpoints;

/// <summary>A fit of a trainer that keeps a checkpoint: one for each way of training.</summary>
/// <param name="name">Its name.</param>
/// <param name="trainer">The trainer's type.</param>
/// <param name="options">Makes its options.</param>
/// <param name="load">Makes so many rows.</param>
public sealed class CheckpointCase(string name, Type trainer, Func<DescentOptions> options, Func<MLContext, int, IDataView> load)
{
    private const int Rows = 60;

    private static readonly CheckpointCase[] Known =
    [
        new("GradientDescent", typeof(GradientDescentTrainer), () => new GradientDescentTrainer.Options { Loss = new Huber(), BatchSize = int.MaxValue }, (context, count) => Plane.Load(context, count)),
        new("Sgd", typeof(SgdTrainer), () => new SgdTrainer.Options { NumberOfEpochs = 8, LearningRate = 0.01, Optimizer = new Adam(), Schedule = new ReduceOnPlateau { Patience = 0 } }, (context, count) => Plane.Load(context, count)),
        new("MiniBatchSgd", typeof(MiniBatchSgdTrainer), () => new MiniBatchSgdTrainer.Options { BatchSize = 8 }, (context, count) => Plane.Load(context, count)),
        new("Polynomial", typeof(PolynomialTrainer), () => new PolynomialTrainer.Options { Degree = 2, Solver = PolynomialSolver.GradientDescent, NumberOfEpochs = 8, BatchSize = 16, ValidationFraction = 0.2 }, (context, count) => Surface.Load(context, count)),
        new("Mlp", typeof(MlpTrainer), () => new MlpTrainer.Options { HiddenLayers = [8], NumberOfEpochs = 6, Dropout = 0.2, AverageDecay = 0.9, EarlyStopping = new EarlyStopping(), ValidationFraction = 0.2 }, (context, count) => Blobs.Load(context, count)),
        new("Members", typeof(MlpTrainer), () => new MlpTrainer.Options { HiddenLayers = [8], BatchSize = 16, NumberOfThreads = 2 }, (context, count) => Blobs.Load(context, count)),
        new("MlpRegression", typeof(MlpRegressionTrainer), () => new MlpRegressionTrainer.Options { HiddenLayers = [8], NumberOfEpochs = 5, Members = 3, NumberOfThreads = 2 }, (context, count) => Surface.Load(context, count)),
        new("Cnn", typeof(CnnTrainer), () => new CnnTrainer.Options { Layers = [Conv2D(3, 3), BatchNorm(), ReLU()], NumberOfEpochs = 4, ClassWeights = ClassWeights.Balanced }, (context, count) => Strokes.Load(context, count)),
        new("MlpBinary", typeof(MlpBinaryTrainer), () => new MlpBinaryTrainer.Options { HiddenLayers = [8], NumberOfEpochs = 6, ValidationFraction = 0.2, Threshold = DecisionThreshold.BestF1 }, (context, count) => Rings.Load(context, count)),
        new("CnnStartFrom", typeof(CnnTrainer), () => new CnnTrainer.Options { StartFrom = Pretrained(1), FreezeUpTo = 2, NumberOfEpochs = 4 }, (context, count) => Strokes.Load(context, count)),
        new("CnnBinary", typeof(CnnBinaryTrainer), () => new CnnBinaryTrainer.Options { Layers = [Conv2D(3, 3), ReLU()], NumberOfEpochs = 4 }, (context, count) => Strokes.LoadAnswers(context, count)),
        new("MlpMultiLabel", typeof(MlpMultiLabelTrainer), () => new MlpMultiLabelTrainer.Options { HiddenLayers = [8], NumberOfEpochs = 5 }, (context, count) => Tags.Load(context, count)),
        new("CnnMultiLabel", typeof(CnnMultiLabelTrainer), () => new CnnMultiLabelTrainer.Options { Layers = [Conv2D(3, 3), ReLU()], NumberOfEpochs = 4 }, (context, count) => Strokes.LoadTags(context, count)),
        new("CnnRegression", typeof(CnnRegressionTrainer), () => new CnnRegressionTrainer.Options { Layers = [Conv2D(3, 3), ReLU()], NumberOfEpochs = 4 }, (context, count) => Strokes.LoadNumbers(context, count)),
        new("SgdLogistic", typeof(SgdLogisticTrainer), () => new SgdLogisticTrainer.Options { NumberOfEpochs = 5, BatchSize = 16 }, (context, count) => Rings.Load(context, count)),
        new("SgdMaximumEntropy", typeof(SgdMaximumEntropyTrainer), () => new SgdMaximumEntropyTrainer.Options { NumberOfEpochs = 5, BatchSize = 16 }, (context, count) => Blobs.Load(context, count)),
    ];

    public static IEnumerable<object[]> All => Known.Select(known => new object[] { known });

    public string Name => name;

    public Type Trainer => trainer;

    /// <summary>Whether several networks are trained, whose epochs are told at the end.</summary>
    public bool HasMembers => name is "Members" or "MlpRegression";

    public static CheckpointCase Of(string name) => Known.Single(known => known.Name == name);

    public IDataView Load(MLContext context, int count = Rows) => load(context, count);

    public IEstimator<ITransformer> Create(string? path, Action<DescentOptions>? change = null, MLContext? context = null)
    {
        var made = options();
        ((ITrainerInput)made).CheckpointPath = path;
        change?.Invoke(made);
        return (IEstimator<ITransformer>)Activator.CreateInstance(trainer, context ?? new MLContext(1), made)!;
    }

    /// <summary>Fits, and tells all that the model has learned and its history, but for the seconds.</summary>
    public string Fit(string? path, Action<DescentOptions>? change = null, int rows = Rows) => Result(Create(path, change).Fit(Load(new MLContext(1), rows)));

    public static string Result(ITransformer model)
    {
        var epochs = model switch
        {
            ISingleFeaturePredictionTransformer<NetworkModelParameters> network => network.Model.History.Epochs,
            ISingleFeaturePredictionTransformer<PolynomialModelParameters> polynomial => polynomial.Model.History.Epochs,
            RegressionPredictionTransformer<LinearRegressionModelParameters> linear => linear.GetTrainingResult()!.History.Epochs,

            // Models of ML.NET's own have no history.
            _ => [],
        };
        return string.Join(' ', Fingerprints.Weights(model).Select(BitConverter.DoubleToInt64Bits)) + "\n" + string.Join('\n', epochs.Select(epoch => epoch with { Seconds = 0 }));
    }

    public override string ToString() => name;

    /// <summary>A network for strokes that has not learned anything.</summary>
    public static NetworkWeights Pretrained(ulong seed) =>
        NetworkWeights.Initialize(new NetworkDefinition(new TensorShape(2, 8, 10), [Conv2D(3, 3), BatchNorm(), ReLU(), Flatten(), Dense(5), ReLU(), Dense(7)]), seed);
}
