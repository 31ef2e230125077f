using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.GradientTrainers.Bridge;

namespace MLNet.GradientTrainers.AutoML;

/// <summary>Fits a trial's pipeline part by part, so that our trainers get the validation rows as the transforms before them make them, and each part is ended in its own way.</summary>
internal static class PipelineFit
{
    /// <param name="context">The trial's context.</param>
    /// <param name="parts">The pipeline's estimators.</param>
    /// <param name="train">Rows to fit on.</param>
    /// <param name="validation">Rows to score on.</param>
    /// <param name="token">Ends the trial: our trainers return their best weights so far, other parts throw.</param>
    /// <exception cref="OperationCanceledException">The trial was ended before there was a model.</exception>
    public static ITransformer Fit(MLContext context, IReadOnlyList<IEstimator<ITransformer>> parts, IDataView train, IDataView validation, CancellationToken token)
    {
        var fitted = new List<ITransformer>();
        bool hasTrained = false;
        foreach (var part in parts)
        {
            if (part is IConnectedTrainer connected)
            {
                connected.Validation = validation;
                hasTrained = true;
                fitted.Add(part.Fit(train));
            }
            else
            {
                fitted.Add(Fit(context, part, train, hasTrained ? default : token));
            }

            if (fitted.Count < parts.Count)
            {
                (train, validation) = (fitted[^1].Transform(train), fitted[^1].Transform(validation));
            }
        }

        return new TransformerChain<ITransformer>([.. fitted]);
    }

    /// <summary>Parts that know no token stop when their context does. What follows a trainer, such as the names of keys, is short and completes the model.</summary>
    private static ITransformer Fit(MLContext context, IEstimator<ITransformer> part, IDataView train, CancellationToken token)
    {
        token.ThrowIfCancellationRequested();
        using var registration = token.Register(() => Hosts.Cancel(context));
        ITransformer fitted;
        try
        {
            fitted = part.Fit(train);
        }
        catch (Exception exception) when (token.IsCancellationRequested)
        {
            throw new OperationCanceledException(exception.Message, exception, token);
        }

        token.ThrowIfCancellationRequested();
        return fitted;
    }
}
