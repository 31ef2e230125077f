using Microsoft.ML;
using Microsoft.ML.Runtime;
using Microsoft.ML.Trainers;
using MLNet.GradientTrainers.Bridge;

namespace MLNet.GradientTrainers;

/// <summary>One of ML.NET's trainers of several classes behind a check of the columns, whose messages name the call that mends them.</summary>
/// <typeparam name="TTransformer">What it fits.</typeparam>
/// <typeparam name="TModel">The parameters of that.</typeparam>
/// <param name="trainer">ML.NET's trainer.</param>
/// <param name="roles">The columns.</param>
internal sealed class CheckedMetaTrainer<TTransformer, TModel>(ITrainerEstimator<TTransformer, TModel> trainer, TrainingRoles roles) : ITrainerEstimator<TTransformer, TModel>
    where TTransformer : ISingleFeaturePredictionTransformer<TModel>
    where TModel : class
{
    public TrainerInfo Info => trainer.Info;

    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        roles.Check(inputSchema);
        return trainer.GetOutputSchema(inputSchema);
    }

    public TTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        roles.Check(SchemaShapes.Of(input.Schema));
        return trainer.Fit(input);
    }
}
