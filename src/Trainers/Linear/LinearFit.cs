using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.Trainers;
using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers;

/// <summary>One fit of a linear model: from the columns to the rows and the start that the engine takes, and from its weights back to ML.NET's model.</summary>
/// <param name="context">The trainer's call.</param>
/// <param name="options">Validated options.</param>
internal sealed class LinearFit(FitContext context, LinearTrainerOptions options)
{
    private TrainingRoles Roles => context.Roles;

    /// <summary>Checks the start, reads, trains, and makes the model.</summary>
    public RegressionPredictionTransformer<LinearRegressionModelParameters> Train(IDataView train, IDataView? validation, LinearRegressionModelParameters? start)
    {
        var from = Start(start, ((VectorDataViewType)train.Schema[Roles.Features].Type).Size);
        var rows = Read(train, "training", adviseScaling: true);
        var result = Learn(rows, validation is null ? null : Read(validation, "validation", adviseScaling: false), from);

        float[] weights = [.. result.Model.Weights.ToArray().Select(w => ToSingle(w, "weight"))];
        var transformer = NativeLinearModel.Create(context.Host, weights, ToSingle(result.Model.Bias, "bias"), train.Schema, Roles.Features);
        LinearResultExtensions.Keep(transformer.Model, result);
        return transformer;
    }

    /// <summary>The weights to start from: those of an earlier model, or of the options.</summary>
    private LinearModel Start(LinearRegressionModelParameters? model, int width)
    {
        if (model is not null)
        {
            return model.Weights.Count == width
                ? new LinearModel([.. model.Weights.Select(w => (double)w)], model.Bias)
                : throw new ArgumentException($"{Roles.Trainer}: the model has {model.Weights.Count} weights, but '{Roles.Features}' has {width} values a row. Give the features that the model was trained with.", "modelParameters");
        }

        if (options.InitialWeights is { } initial && initial.Length != width)
        {
            throw new ArgumentException($"{Roles.Trainer}: there are {initial.Length} {nameof(options.InitialWeights)}, but '{Roles.Features}' has {width} values a row. Give one for each feature, or null for zeros.");
        }

        return new LinearModel(options.InitialWeights ?? new double[width], options.InitialBias);
    }

    private LinearData Read(IDataView data, string purpose, bool adviseScaling)
    {
        var rows = context.Read(data, (row, column) => new NumberLabelRows(row, column), purpose, adviseScaling);
        var targets = new double[rows.Count];
        Span<float> target = stackalloc float[1];
        for (int i = 0; i < targets.Length; i++)
        {
            rows.Targets.Read([i], target);
            targets[i] = target[0];
        }

        return new LinearData(rows.Features, targets, rows.Weights.IsEmpty ? null : Array.ConvertAll(rows.Weights.ToArray(), w => (double)w));
    }

    private LinearResult Learn(LinearData rows, LinearData? validation, LinearModel start)
    {
        using var reporter = new EpochReporter(context, options, new RootMeanSquaredError());
        context.Channel.Trace(MessageSensitivity.None, string.Create(CultureInfo.InvariantCulture, $"{rows.Width + 1:N0} parameters, {rows.Count:N0} training rows, seed {context.Seed}."));
        var result = new LinearRegression(context.Own(options) with { OnEpoch = reporter.Report }).Run(rows, start, validation);
        reporter.Finish(result.History, result.BestEpoch, result.StopReason);
        return result;
    }

    private float ToSingle(double value, string what) => float.IsFinite((float)value)
        ? (float)value
        : throw new InvalidOperationException(string.Create(CultureInfo.InvariantCulture, $"{Roles.Trainer}: a {what} is {value:G3}, which the Single numbers of a model can't hold. Normalise the features with mlContext.Transforms.NormalizeMeanVariance(\"{Roles.Features}\", fixZero: false)."));
}
