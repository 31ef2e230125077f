using Microsoft.ML;
using Microsoft.ML.Trainers;
using MLNet.GradientTrainers.Kernels;
using MLNet.GradientTrainers.Tests.Binary;
using MLNet.GradientTrainers.Tests.Cnn;
using MLNet.GradientTrainers.Tests.MultiLabel;
using static MLNet.GradientTrainers.Cnn;

namespace MLNet.GradientTrainers.Tests;

/// <summary>A trainer with small options and rows: what the tests that hold for every trainer run on.</summary>
/// <param name="trainer">The trainer's type.</param>
/// <param name="options">Makes its options.</param>
/// <param name="load">Makes so many rows.</param>
public sealed class TrainerCase(Type trainer, Func<DescentOptions> options, Func<MLContext, int, IDataView> load)
{
    private static readonly TrainerCase[] Known =
    [
        new(typeof(GradientDescentTrainer), () => new GradientDescentTrainer.Options { NumberOfEpochs = 5 }, (context, count) => Plane.Load(context, count)),
        new(typeof(SgdTrainer), () => new SgdTrainer.Options { NumberOfEpochs = 5 }, (context, count) => Plane.Load(context, count)),
        new(typeof(MiniBatchSgdTrainer), () => new MiniBatchSgdTrainer.Options { NumberOfEpochs = 5 }, (context, count) => Plane.Load(context, count)),
        new(typeof(PolynomialTrainer), () => new PolynomialTrainer.Options { Degree = 3 }, (context, count) => Surface.Load(context, count)),
        new(typeof(MlpTrainer), () => new MlpTrainer.Options { HiddenLayers = [8], NumberOfEpochs = 2 }, (context, count) => Blobs.Load(context, count)),
        new(typeof(MlpRegressionTrainer), () => new MlpRegressionTrainer.Options { HiddenLayers = [8], NumberOfEpochs = 2 }, (context, count) => Surface.Load(context, count)),
        new(typeof(CnnTrainer), () => new CnnTrainer.Options { Layers = [Conv2D(3, 3), ReLU()], NumberOfEpochs = 2 }, (context, count) => Strokes.Load(context, count)),
        new(typeof(MlpBinaryTrainer), () => new MlpBinaryTrainer.Options { HiddenLayers = [8], NumberOfEpochs = 2 }, (context, count) => Rings.Load(context, count)),
        new(typeof(CnnBinaryTrainer), () => new CnnBinaryTrainer.Options { Layers = [Conv2D(3, 3), ReLU()], NumberOfEpochs = 2 }, (context, count) => Strokes.LoadAnswers(context, count)),
        new(typeof(SgdLogisticTrainer), () => new SgdLogisticTrainer.Options { NumberOfEpochs = 2 }, (context, count) => Rings.Load(context, count)),
        new(typeof(SgdMaximumEntropyTrainer), () => new SgdMaximumEntropyTrainer.Options { NumberOfEpochs = 2 }, (context, count) => Blobs.Load(context, count)),
        new(typeof(CnnRegressionTrainer), () => new CnnRegressionTrainer.Options { Layers = [Conv2D(3, 3), ReLU()], NumberOfEpochs = 2 }, (context, count) => Strokes.LoadNumbers(context, count)),
        new(typeof(MlpMultiLabelTrainer), () => new MlpMultiLabelTrainer.Options { HiddenLayers = [8], NumberOfEpochs = 2 }, (context, count) => Tags.Load(context, count)),
        new(typeof(CnnMultiLabelTrainer), () => new CnnMultiLabelTrainer.Options { Layers = [Conv2D(3, 3), ReLU()], NumberOfEpochs = 2 }, (context, count) => Strokes.LoadTags(context, count)),
    ];

    public Type Trainer => trainer;

    public bool LearnsClasses => Options().Loss is SoftmaxCrossEntropy or BinaryCrossEntropy;

    /// <summary>The trainers of this plug-in, by reflection, so that none is forgotten.</summary>
    public static IEnumerable<Type> Types => typeof(LinearTrainer).Assembly.GetExportedTypes()
        .Where(type => !type.IsAbstract && type.GetInterfaces().Any(i => i.IsGenericType && i.GetGenericTypeDefinition() == typeof(ITrainerEstimator<,>)));

    /// <summary>All cases, for <c>DynamicData</c>.</summary>
    public static IEnumerable<object[]> All => Types.Select(type => new object[] { Known.Single(known => known.Trainer == type) });

    public DescentOptions Options(Action<DescentOptions>? change = null)
    {
        var made = options();
        change?.Invoke(made);
        return made;
    }

    public IEstimator<ITransformer> Create(MLContext context, Action<DescentOptions>? change = null) =>
        (IEstimator<ITransformer>)Activator.CreateInstance(trainer, context, Options(change))!;

    public IDataView Load(MLContext context, int count = 60) => load(context, count);

    public override string ToString() => trainer.Name;
}
