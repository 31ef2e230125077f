using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers;

/// <summary>Training of networks whose label is a key.</summary>
/// <param name="host">The trainer's host.</param>
/// <param name="options">Validated options.</param>
/// <param name="define">Makes the network for an input shape and a number of classes.</param>
/// <param name="classWeights">How much a row of each class counts; null for all the same.</param>
/// <param name="augmentation">What is done to training images; null for nothing.</param>
/// <param name="layout">The order of the numbers of images in a feature column of such dimensions; null for channels first.</param>
internal sealed class MulticlassTraining(
    IHost host,
    NetworkTrainerOptions options,
    Func<TensorShape, int, NetworkDefinition> define,
    ClassWeights? classWeights,
    ImageAugmentation? augmentation = null,
    Func<TensorShape, ImageLayout>? layout = null)
    : NetworkTraining<ClassLabels, MulticlassNetworkModelParameters, MulticlassNetworkTransformer>(host, options, define)
{
    /// <summary>More classes than this are a key column without a real range, not a classification.</summary>
    private const ulong MaxClasses = 1_000_000;

    protected override void Check(SchemaShape schema) => Roles.CheckMulticlass(schema);

    protected override SchemaShape Promise(SchemaShape schema) => MulticlassOutput.Promise(schema, Roles.Label);

    protected override ClassLabels Describe(DataViewSchema.Column label)
    {
        var key = (KeyDataViewType)label.Type;
        if (key.Count is < 2 or > MaxClasses)
        {
            string problem = key.Count < 2 ? "a classifier needs at least 2" : $"more than {MaxClasses:N0} is surely not meant";
            throw new ArgumentOutOfRangeException(
                "inputSchema",
                string.Create(CultureInfo.InvariantCulture, $"{Roles.Trainer}: the label column '{Roles.Label}' has {key.Count} classes, but {problem}. Map the classes to keys with mlContext.Transforms.Conversion.MapValueToKey(\"{Roles.Label}\")."));
        }

        classWeights?.Check((int)key.Count, Roles.Trainer, Roles.Label);
        return ClassLabels.From(label);
    }

    protected override int Outputs(ClassLabels target) => target.Count;

    protected override LabelRows Labels(DataViewRow row, DataViewSchema.Column column, ClassLabels target) => new ClassLabelRows(row, column, target);

    protected override (string Validation, string Start)? Difference(ClassLabels training, ClassLabels other) =>
        other.Matches(training)
            ? null
            : ($"the keys of the validation label '{Roles.Label}' stand for other classes than those of the training label. Map both with the same fitted MapValueToKey.",
               $"the model's classes differ from those of the label '{Roles.Label}'. Map the label with the MapValueToKey that the model was trained with.");

    protected override ClassLabels TargetOf(MulticlassNetworkModelParameters model) => model.Classes;

    protected override MulticlassNetworkTransformer Train(
        NetworkRun run, VectorDataViewType features, ClassLabels target, TrainingData rows, TrainingData? validation, MulticlassNetworkModelParameters? start)
    {
        double[]? ofClasses = classWeights?.For(rows);
        var inputLayout = InputLayout(features);
        var (weights, history) = run.Train(
            Augmented(run, Prepare(run, rows, ofClasses, inputLayout)), validation is null ? null : Prepare(run, validation, ofClasses, inputLayout), start?.Weights, new Accuracy());
        var model = new MulticlassNetworkModelParameters(run.Definition, weights, Options.Loss.Link, target, history, inputLayout);
        return new MulticlassNetworkTransformer(model, Roles.Features, features);
    }

    protected override TrainingData ForFinder(NetworkRun run, VectorDataViewType features, ClassLabels target, TrainingData rows) =>
        Augmented(run, Prepare(run, rows, classWeights?.For(rows), InputLayout(features)));

    private ImageLayout InputLayout(VectorDataViewType features) => layout?.Invoke(new TensorShape(features.Dimensions.AsSpan())) ?? ImageLayout.ChannelsFirst;

    private TrainingData Augmented(NetworkRun run, TrainingData rows) => augmentation is null ? rows : run.Augment(rows, augmentation);

    /// <summary>Rows that count by their classes, with images in the order that networks train on.</summary>
    private static TrainingData Prepare(NetworkRun run, TrainingData rows, double[]? ofClasses, ImageLayout inputLayout)
    {
        rows = ofClasses is null ? rows : ClassWeights.Apply(ofClasses, rows);
        return inputLayout == ImageLayout.ChannelsLast ? run.ChannelsFirst(rows) : rows;
    }
}
