using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers;

/// <summary>A fit of a network whose label is a key: rows count by their classes.</summary>
internal sealed class MulticlassFit : NetworkFit<MulticlassNetworkTransformer, MulticlassNetworkModelParameters>
{
    /// <summary>More classes than this are a key column without a real range, not a classification.</summary>
    private const ulong MaxClasses = 1_000_000;

    private readonly ClassLabels _classes;
    private readonly OutputLink _link;
    private readonly ClassWeights? _classWeights;

    /// <param name="context">The trainer's call.</param>
    /// <param name="options">Validated options.</param>
    /// <param name="train">The training rows, with checked columns.</param>
    /// <param name="classWeights">How much a row of each class counts; null for all the same.</param>
    public MulticlassFit(FitContext context, NetworkTrainerOptions options, IDataView train, ClassWeights? classWeights)
        : base(context, options, train.Schema, CountClasses(context, train))
    {
        classWeights?.Check(Definition.OutputShape.Size, Roles.Trainer, Roles.Label);
        _classes = ClassLabels.From(train.Schema[Roles.Label]);
        _link = options.Loss.Link;
        _classWeights = classWeights;
    }

    protected override LabelRows Labels(DataViewRow row, DataViewSchema.Column column) => new ClassLabelRows(row, column, _classes);

    protected override string? ProblemWith(DataViewSchema.Column validationLabel) => ClassLabels.From(validationLabel).Matches(_classes)
        ? null
        : $"the keys of the validation label '{Roles.Label}' stand for other classes than those of the training label. Map both with the same fitted MapValueToKey.";

    protected override string? ProblemWith(MulticlassNetworkModelParameters start) => start.Classes.Matches(_classes)
        ? null
        : string.Create(
            CultureInfo.InvariantCulture,
            $"its {start.NumberOfClasses} classes are not the {_classes.Count} that the keys of the label '{Roles.Label}' stand for. Map the label with the MapValueToKey that the model was trained with: fit it once, to all rows.");

    protected override TrainingData Prepare(TrainingData rows) => Augmented(Weighted(rows, _classWeights?.For(rows)));

    protected override MulticlassNetworkTransformer Train(TrainingData rows, TrainingData? validation, MulticlassNetworkModelParameters? start)
    {
        double[]? ofClasses = _classWeights?.For(rows);
        var (weights, history) = Learn(
            Augmented(Weighted(rows, ofClasses)), validation is null ? null : Weighted(validation, ofClasses), start?.OwnWeights, new Accuracy());
        return new MulticlassNetworkTransformer(new MulticlassNetworkModelParameters(weights.Definition, weights, _link, _classes, history, InputLayout), Roles.Features, Features);
    }

    private static int CountClasses(FitContext context, IDataView train)
    {
        var roles = context.Roles;
        ulong count = ((KeyDataViewType)train.Schema[roles.Label].Type).Count;
        if (count is >= 2 and <= MaxClasses)
        {
            return (int)count;
        }

        if (count < 2)
        {
            // Where there is no label at all, the rows tell.
            context.Read(train, (row, column) => new ClassLabelRows(row, column, ClassLabels.From(column)), "training", adviseScaling: false);
        }

        string problem = count < 2
            ? $"one class, but a classifier needs at least 2. Give rows of other classes, too, and fit MapValueToKey to all of them. If the file has other classes, {LabelRows.LoaderHint}"
            : string.Create(CultureInfo.InvariantCulture, $"{count} classes, but more than {MaxClasses:N0} is surely not meant. Map those that the rows have to keys with mlContext.Transforms.Conversion.MapValueToKey(\"{roles.Label}\")");
        throw new ArgumentOutOfRangeException("inputSchema", $"{roles.Trainer}: the label column '{roles.Label}' has {problem}.");
    }
}
