using Microsoft.Extensions.Logging;
using Microsoft.ML;
using MLNet.GradientTrainers.Bridge;
using MLNet.GradientTrainers.Sweeps;

namespace MLNet.GradientTrainers.Hosting;

/// <summary>The steps of a run that is prepared: splits the rows, fits, evaluates, publishes.</summary>
internal sealed class RunSteps(
    TrainingRun run, TrainingJobOptions job, ModelStore store, TrainingContext context, TrainingPlan plan, CheckpointFiles checkpoints, TrainingEvents events, ILogger logger, CancellationToken ending)
{
    private readonly MLContext _context = context.MLContext;
    private readonly PublishingRule _rule = job.Rule!;

    public TrainingResult Run()
    {
        var (train, heldOut) = Split();
        ITransformer model;
        using (HostingActivities.Source.StartActivity("mlnet.training.fit"))
        {
            model = Fit(train);
        }

        // A fit that is complete is not trained again: when the service stops now, its model is still judged.
        run.Cancellation.ThrowIfCancellationRequested();
        ModelComparer comparer;
        using (HostingActivities.Source.StartActivity("mlnet.training.evaluate"))
        {
            comparer = new ModelComparer(_context, _rule, model, heldOut);
        }

        while (true)
        {
            // Another process may publish meanwhile; the model is then compared with the one that is current now.
            string? current = store.CurrentSha256;
            PublishingComparison comparison;
            using (HostingActivities.Source.StartActivity("mlnet.training.compare"))
            {
                comparison = comparer.With(store.CurrentPath, store.Current);
            }

            events.Tell(run, new TrainingEvaluated(comparison.Candidate, comparison.Current, comparison.CurrentProblem));
            var decision = _rule.Decide(comparison);
            run.Cancellation.ThrowIfCancellationRequested();
            if (!decision.IsPublished)
            {
                return new TrainingResult(TrainingStatus.Rejected, decision.Reason);
            }

            using var activity = HostingActivities.Source.StartActivity("mlnet.training.publish");
            var details = new ModelVersionDetails { Metrics = comparison.Candidate, Seed = run.Seed, Settings = plan.Settings ?? context.Settings, Notes = plan.Notes ?? $"{run.Job}: {run.Request.Reason}", RunId = run.Id };
            if (store.PublishAfter(current, model, plan.Data.Schema, details) is { } version)
            {
                return new TrainingResult(TrainingStatus.Published, decision.Reason) { Version = version };
            }
        }
    }

    /// <summary>The rows to fit and those to evaluate on. The latter are kept in memory, so that both models see the same ones, whatever happens to their file.</summary>
    private (IDataView Train, IDataView HeldOut) Split()
    {
        var (train, heldOut) = (plan.Data, plan.HeldOut);
        if (heldOut is null)
        {
            var split = _context.Data.TrainTestSplit(plan.Data, job.HeldOutFraction, plan.SamplingKeyColumnName, job.SplitSeed);
            (train, heldOut) = (split.TrainSet, split.TestSet);
        }

        heldOut = _context.Data.Cache(new StoppableRows(heldOut, run.Cancellation));
        using var rows = heldOut.GetRowCursor([]);
        return rows.MoveNext() ? (train, heldOut)
            : throw new InvalidOperationException("No row is held out to evaluate the models on: the data has too few rows, or the plan's HeldOut has none.");
    }

    private ITransformer Fit(IDataView train)
    {
        bool goesOn = checkpoints.Exist();
        if (goesOn)
        {
            logger.GoesOn(run.Job, run.Id);
        }

        try
        {
            return FitOnce(train);
        }
        catch (InvalidDataException exception) when (goesOn && !ending.IsCancellationRequested)
        {
            // The checkpoint is of other rows or settings, as the job has changed since, or damaged. It must not stop the job for good.
            logger.CheckpointRefused(run.Job, run.Id, exception.Message);
            checkpoints.Remove();
            return FitOnce(train);
        }
    }

    private ITransformer FitOnce(IDataView train)
    {
        // Our trainers look at their token; ML.NET's own know the context only, and transforms the rows.
        using var registration = ending.Register(() => Hosts.Cancel(_context));
        return plan.Pipeline.Fit(new StoppableRows(train, ending));
    }
}
