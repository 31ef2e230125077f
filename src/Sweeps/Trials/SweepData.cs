using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNet.GradientTrainers.Sweeps;

/// <summary>Rows to fit and to score on, behind the fixed transforms and in memory, and those transforms.</summary>
internal sealed record SweepFold(IDataView Train, IDataView Validation, ITransformer? Transforms)
{
    /// <summary>The whole model of a trial.</summary>
    public ITransformer Model(ITransformer fitted) => SweepData.Chain(Transforms, fitted);
}

/// <summary>The rows of a sweep, read once and shared by all trials.</summary>
internal sealed class SweepData
{
    private readonly SweepSettings _settings;

    /// <param name="settings">The sweep.</param>
    /// <param name="folds">One of training and validation rows, or those of a cross-validation.</param>
    /// <param name="all">All rows of a cross-validation; null for none.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    private SweepData(SweepSettings settings, IEnumerable<(IDataView Train, IDataView Validation)> folds, IDataView? all, CancellationToken cancellationToken)
    {
        _settings = settings;
        All = all;
        Folds = [.. folds.Select(fold => Prepare(settings, fold.Train, fold.Validation, cancellationToken))];
    }

    public IReadOnlyList<SweepFold> Folds { get; }

    /// <summary>All rows of a cross-validation, for the model; null for none.</summary>
    public IDataView? All { get; }

    /// <summary>Whether there are fewer rows than <see cref="GradientSweep.FewRows"/>.</summary>
    public static bool IsSmall(IDataView data)
    {
        if (data.GetRowCount() is { } known)
        {
            return known < GradientSweep.FewRows;
        }

        using var cursor = data.GetRowCursor([]);
        int count = 0;
        while (count < GradientSweep.FewRows && cursor.MoveNext())
        {
            count++;
        }

        return count < GradientSweep.FewRows;
    }

    public static SweepData Of(SweepSettings settings, IDataView train, IDataView validation, CancellationToken cancellationToken) => new(settings, [(train, validation)], null, cancellationToken);

    public static SweepData OfFolds(SweepSettings settings, IDataView data, int folds, string? samplingKey, CancellationToken cancellationToken) => new(
        settings, settings.Context.Data.CrossValidationSplit(data, folds, samplingKey, settings.Seed).Select(fold => (fold.TrainSet, fold.TestSet)), data, cancellationToken);

    public static ITransformer Chain(ITransformer? transforms, ITransformer fitted) => transforms is null ? fitted : new TransformerChain<ITransformer>(transforms, fitted);

    /// <summary>Fits a trial's pipeline with the transforms before it on rows of its own.</summary>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public ITransformer FitAll(Trial trial, IDataView data, int threads, CancellationToken cancellationToken)
    {
        data = new StoppableRows(data, cancellationToken);
        var transforms = _settings.Transforms?.Fit(data);
        var context = TrialContexts.Create(_settings.Context, trial.Seed);
        var all = new TrialContext(context, trial, threads, null, _ => { }, cancellationToken);
        var fitted = _settings.Create(all).Fit(transforms is null ? data : transforms.Transform(data));
        cancellationToken.ThrowIfCancellationRequested();
        return Chain(transforms, fitted);
    }

    private static SweepFold Prepare(SweepSettings settings, IDataView train, IDataView validation, CancellationToken cancellationToken)
    {
        var transforms = settings.Transforms?.Fit(new StoppableRows(train, cancellationToken));
        return new SweepFold(Kept(train), Kept(validation), transforms);

        IDataView Kept(IDataView rows) => settings.Context.Data.Cache(transforms is null ? rows : transforms.Transform(rows));
    }
}
