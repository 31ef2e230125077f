using Microsoft.ML;
using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers.AutoML;

/// <summary>A trainer in the pipeline of a trial.</summary>
internal interface IConnectedTrainer
{
    /// <summary>Validation rows as they come to the trainer; null for none, then nothing can be pruned.</summary>
    IDataView? Validation { set; }
}

/// <inheritdoc cref="IConnectedTrainer"/>
internal sealed class ConnectedTrainer<TOptions>(MLContext context, TrialConnection connection, TOptions options, Func<MLContext, TOptions, IEstimator<ITransformer>> create) : IEstimator<ITransformer>, IConnectedTrainer
    where TOptions : DescentOptions, ITrainerInput
{
    public IDataView? Validation { private get; set; }

    public ITransformer Fit(IDataView input)
    {
        connection.Token.ThrowIfCancellationRequested();
        var own = (TOptions)((DescentOptions)options with { CancellationToken = connection.Token, CancellationBehavior = CancellationBehavior.ReturnBest, OnEpoch = options.OnEpoch + connection.OnEpoch });
        if (own.ValidationSet is null && own.ValidationFraction == 0)
        {
            own.ValidationSet = Validation;
        }

        return create(context, own).Fit(input);
    }

    public SchemaShape GetOutputSchema(SchemaShape inputSchema) => create(context, options).GetOutputSchema(inputSchema);
}
