using System.Globalization;
using System.Runtime.CompilerServices;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.Trainers;
using MLNet.GradientTrainers.Bridge;
using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers;

/// <summary>What all trainers of linear models share: checks, reading, training with messages and progress, and the fitted model of ML.NET.</summary>
internal sealed class LinearTraining
{
    private static readonly ConditionalWeakTable<LinearRegressionModelParameters, LinearResult> Results = [];

    private readonly IHost _host;
    private readonly LinearTrainerOptions _options;
    private readonly TrainingRoles _roles;
    private readonly int _seed;

    /// <param name="host">The trainer's host.</param>
    /// <param name="options">Validated options.</param>
    public LinearTraining(IHost host, LinearTrainerOptions options)
    {
        _host = host;
        _options = options;
        _roles = new TrainingRoles(options.TrainerName(), options.LabelColumnName, options.FeatureColumnName, options.ExampleWeightColumnName);

        // Drawn once, here, so that fitting the same rows again gives the same model.
        _seed = options.Seed ?? host.Rand.Next();
    }

    /// <summary>How a model was trained; null when it was not trained in this process.</summary>
    public static LinearResult? ResultOf(LinearRegressionModelParameters model) => Results.TryGetValue(model, out var result) ? result : null;

    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        _roles.Check(inputSchema);
        return RegressionOutput.Promise(inputSchema, _roles.Label);
    }

    public RegressionPredictionTransformer<LinearRegressionModelParameters> Fit(IDataView train, IDataView? validation, LinearRegressionModelParameters? start)
    {
        ArgumentNullException.ThrowIfNull(train);
        int width = Check(train.Schema);
        if (validation is not null && Check(validation.Schema) is var other && other != width)
        {
            throw new ArgumentOutOfRangeException(nameof(validation), $"{_roles.Trainer}: the validation features '{_roles.Features}' have {other} values a row, the training ones {width}. Transform both with the same fitted pipeline.");
        }

        var startModel = Start(start, width);
        using var channel = _host.Start("Training");
        var rows = Read(train, "training", channel, adviseScaling: true);
        var validationRows = validation is null ? null : Read(validation, "validation", channel, adviseScaling: false);
        var result = Run(channel, rows, validationRows, startModel);

        float[] weights = [.. result.Model.Weights.ToArray().Select(w => ToSingle(w, "weight"))];
        var transformer = NativeLinearModel.Create(_host, weights, ToSingle(result.Model.Bias, "bias"), train.Schema, _roles.Features);
        Results.Add(transformer.Model, result);
        return transformer;
    }

    private int Check(DataViewSchema schema)
    {
        _roles.Check(SchemaShapes.Of(schema));
        return ((VectorDataViewType)schema[_roles.Features].Type).Size;
    }

    private LinearModel Start(LinearRegressionModelParameters? start, int width)
    {
        if (start is not null)
        {
            return start.Weights.Count == width
                ? new LinearModel([.. start.Weights.Select(w => (double)w)], start.Bias)
                : throw new ArgumentException($"{_roles.Trainer}: the model has {start.Weights.Count} weights, but '{_roles.Features}' has {width} values a row. Give the features that the model was trained with.", nameof(start));
        }

        if (_options.InitialWeights is { } initial && initial.Length != width)
        {
            throw new ArgumentException($"{_roles.Trainer}: there are {initial.Length} {nameof(_options.InitialWeights)}, but '{_roles.Features}' has {width} values a row. Give one for each feature, or null for zeros.");
        }

        return new LinearModel(_options.InitialWeights ?? new double[width], _options.InitialBias);
    }

    private LinearData Read(IDataView data, string purpose, IChannel channel, bool adviseScaling)
    {
        var rows = TrainingReader.Read(_roles, data, (row, column) => new NumberLabelRows(row, column), purpose, channel, _options.CancellationToken, adviseScaling);
        var targets = new double[rows.Count];
        Span<float> target = stackalloc float[1];
        for (int i = 0; i < targets.Length; i++)
        {
            rows.Targets.Read([i], target);
            targets[i] = target[0];
        }

        return new LinearData(rows.Features, targets, rows.Weights.IsEmpty ? null : Array.ConvertAll(rows.Weights.ToArray(), w => (double)w));
    }

    private LinearResult Run(IChannel channel, LinearData rows, LinearData? validation, LinearModel start)
    {
        using var progress = _host.StartProgressChannel("Training");
        var reporter = new EpochReporter(channel, progress, _options.NumberOfEpochs, new RootMeanSquaredError(), _options.OnEpoch);
        channel.Trace(MessageSensitivity.None, string.Create(CultureInfo.InvariantCulture, $"{rows.Width + 1:N0} parameters, {rows.Count:N0} training rows, seed {_seed}."));
        var result = new LinearRegression(_options with { Seed = _seed, OnEpoch = reporter.Report }).Run(rows, start, validation);
        reporter.Finish(result.History, result.BestEpoch, result.StopReason);
        return result;
    }

    private float ToSingle(double value, string what) => float.IsFinite((float)value)
        ? (float)value
        : throw new InvalidOperationException(string.Create(CultureInfo.InvariantCulture, $"{_roles.Trainer}: a {what} is {value:G3}, which the Single numbers of a model can't hold. Normalise the features with mlContext.Transforms.NormalizeMeanVariance(\"{_roles.Features}\", fixZero: false)."));
}
