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
    private const int RowsAtOnce = 1024;

    private TrainingRoles Roles => context.Roles;

    private bool Scales => options.Scaling != LinearScaling.None;

    /// <summary>Checks the start, reads, trains, and makes the model.</summary>
    public RegressionPredictionTransformer<LinearRegressionModelParameters> Train(IDataView train, IDataView? validation, LinearRegressionModelParameters? start)
    {
        var from = Start(start, ((VectorDataViewType)train.Schema[Roles.Features].Type).Size);
        context.Features.Mend = LinearAdvice.Of(options);
        var (rows, label) = Read(train, "training", adviseScaling: !Scales);
        var result = Learn(rows, validation is null ? null : Read(validation, "validation", adviseScaling: false).Rows, from);
        CheckSums(result.Model, rows, label, from);
        if (start is not null && result.StopReason == StopReason.Converged && (options.ChoosesRate || options.NumberOfEpochs is null))
        {
            context.Channel.Warning(MessageSensitivity.None, $"Training has converged, which leads to the same solution whatever the start: little or nothing is left of the model to go on with. Fit all rows together, or give {nameof(options.NumberOfEpochs)} and {nameof(options.LearningRate)}.");
        }

        var transformer = NativeLinearModel.Create(context.Host, Array.ConvertAll(result.Model.Weights.ToArray(), w => (float)w), (float)result.Model.Bias, train.Schema, Roles.Features);
        LinearResultExtensions.Keep(transformer.Model, result);
        return transformer;
    }

    /// <summary>The weights to start from: those of an earlier model, or of the options; null where none are given.</summary>
    private LinearModel? Start(LinearRegressionModelParameters? model, int width)
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

        return options.InitialWeights is null && options.InitialBias == 0 ? null : new LinearModel(options.InitialWeights ?? new double[width], options.InitialBias);
    }

    /// <summary>The rows, and their largest label.</summary>
    private (LinearData Rows, double Label) Read(IDataView data, string purpose, bool adviseScaling)
    {
        var rows = context.Read(data, (row, column) => new NumberLabelRows(row, column, new LabelRange(options.Loss)), purpose, adviseScaling);
        double[] targets = new double[rows.Count];
        int[] block = new int[Math.Min(RowsAtOnce, rows.Count)];
        float[] labels = new float[block.Length];
        for (int start = 0; start < targets.Length; start += block.Length)
        {
            int count = Math.Min(block.Length, targets.Length - start);
            for (int i = 0; i < count; i++)
            {
                block[i] = start + i;
            }

            rows.Targets.Read(block.AsSpan(0, count), labels);
            for (int i = 0; i < count; i++)
            {
                targets[start + i] = labels[i];
            }
        }

        return (new LinearData(rows.Features, targets, rows.Weights.IsEmpty ? null : Array.ConvertAll(rows.Weights.ToArray(), w => (double)w)), targets.Max(Math.Abs));
    }

    private LinearResult Learn(LinearData rows, LinearData? validation, LinearModel? start)
    {
        context.Channel.Trace(MessageSensitivity.None, string.Create(CultureInfo.InvariantCulture, $"{rows.Width + 1:N0} parameters, {rows.Count:N0} training rows, seed {context.Seed}."));
        EpochReporter? reporter = null;
        try
        {
            context.Shared?.Compare(Roles.Trainer, context.Seed, facts => Asked(facts, start), _ => { });
            LinearOptions own = context.Own(options) with { BatchSize = options.BatchSize ?? MiniBatchSgdTrainer.Defaults.BatchSize, OnEpoch = record => reporter!.Report(record) };
            LinearChoice? chosen = null;
            var regression = new ScaledLinearRegression(own, options.Scaling, options.Whiten);
            var result = context.Train(() => regression.Run(rows, start, validation, Begin, context.Checkpoint?.Single(), context.Shared?.Communicator));
            if (result.StopReason == StopReason.Cancelled)
            {
                context.Checkpoint?.Cancel();
            }

            reporter!.Finish(result.History, result.RestoredBest ? result.BestEpoch : result.Epochs, result.StopReason);
            LinearChoiceText.Tell(context.Channel, options, chosen!, result);
            new BaselineWarning(context, chosen!.Options, result.History, needsNormalization: !Scales, isNetwork: false).Tell(result.Baseline);
            return result;

            void Begin(LinearChoice choice)
            {
                chosen = choice;
                Compare(choice, start);
                reporter = new EpochReporter(context, options with { NumberOfEpochs = choice.Options.NumberOfEpochs }, new RootMeanSquaredError());
            }
        }
        finally
        {
            reporter?.Dispose();
        }
    }

    /// <summary>Compares the fit with the one that left a checkpoint.</summary>
    private void Compare(LinearChoice choice, LinearModel? start) => context.Checkpoint?.Compare(
        facts => Asked(facts, start),
        facts => facts.Add(choice.Options, CheckpointFacts.Chosen, unlike: options),
        mayBeLonger: !options.ChoosesRate && !options.Schedule.DependsOnEpochs);

    private void Asked(CheckpointFacts facts, LinearModel? start)
    {
        facts.Add(options);
        facts.AddStart<double>(start is null ? null : [.. start.Weights, start.Bias]);
    }

    /// <summary>Throws when a weight of the model, or what its weights add up to over a training row, is beyond what a Single holds, with the cause.</summary>
    private void CheckSums(LinearModel model, LinearData rows, double label, LinearModel? start)
    {
        double weight = Largest(model);
        double bound = Math.Abs(model.Bias) + (model.Weights.ToArray().Sum(Math.Abs) * context.Features.LargestMagnitude);
        if (weight <= SingleRange.Largest && bound <= SingleRange.Largest / 2)
        {
            // No row can come near it, so that none is looked at.
            return;
        }

        double sum = model.LargestSum(rows);
        if (Math.Max(weight, sum) <= SingleRange.Largest)
        {
            return;
        }

        string what = weight > SingleRange.Largest
            ? string.Create(CultureInfo.InvariantCulture, $"a weight is {weight:G3}")
            : string.Create(CultureInfo.InvariantCulture, $"the training rows' scores come to {sum:G3}");
        if (label > SingleRange.LargestUsualLabel)
        {
            throw SingleRange.LabelsTooLarge(Roles, what, label);
        }

        string cause = start is not null && Largest(start) > SingleRange.LargestUsualLabel
            ? string.Create(CultureInfo.InvariantCulture, $"The training starts from weights as large as {Largest(start):G3}: give smaller {nameof(options.InitialWeights)} and {nameof(options.InitialBias)}, or another model to go on with.")
            : $"The features are too small or too large beside the labels: normalise them with mlContext.Transforms.NormalizeMeanVariance(\"{Roles.Features}\", fixZero: false).";
        throw new InvalidOperationException(string.Create(CultureInfo.InvariantCulture, $"{Roles.Trainer}: {what}, beyond the {float.MaxValue:G3} that the Single numbers of a model hold. {cause}"));
    }

    private static double Largest(LinearModel model) => model.Weights.ToArray().Append(model.Bias).Max(Math.Abs);
}
