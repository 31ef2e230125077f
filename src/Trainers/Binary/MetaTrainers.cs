using Microsoft.ML;
using Microsoft.ML.Trainers;
using MLNet.GradientTrainers.Bridge;

namespace MLNet.GradientTrainers;

/// <summary>Trainers of binary networks inside those of ML.NET that make several classes of answers of yes or no.</summary>
internal static class MetaTrainers
{
    /// <summary>The trainer as such a one takes it.</summary>
    /// <param name="meta">Name of ML.NET's trainer.</param>
    /// <param name="catalog">Its catalog.</param>
    /// <param name="trainer">The trainer of networks.</param>
    /// <param name="labelColumnName">The column in which it is handed answers.</param>
    /// <exception cref="ArgumentException">The trainer has another label column, or a validation set, whose labels can't be those of each class.</exception>
    public static BinaryEstimator Estimator(
        string meta,
        MulticlassClassificationCatalog.MulticlassClassificationTrainers catalog,
        NetworkTrainer<BinaryNetworkTransformer, BinaryNetworkModelParameters> trainer,
        string labelColumnName)
    {
        ArgumentNullException.ThrowIfNull(trainer, "binaryEstimator");
        if (trainer.LabelColumnName != labelColumnName)
        {
            throw new ArgumentException(
                $"{meta} hands the answers for each network to {trainer.GetType().Name} in the column '{labelColumnName}', but its LabelColumnName is '{trainer.LabelColumnName}'. Give both the same.", nameof(labelColumnName));
        }

        if (trainer.HasValidationSet)
        {
            throw new ArgumentException(
                $"{trainer.GetType().Name} has a ValidationSet, whose labels would be the same for each network of {meta}. Set ValidationFraction in its place.", "binaryEstimator");
        }

        return new BinaryEstimator(Catalogs.Environment(catalog), trainer);
    }

    /// <summary>ML.NET's trainer, which tells of columns that it can't take in words of its own, behind a check of them.</summary>
    /// <param name="meta">Its name.</param>
    /// <param name="made">The trainer.</param>
    /// <param name="trainer">The trainer of networks, whose columns it reads.</param>
    public static CheckedMetaTrainer<TTransformer, TModel> Checked<TTransformer, TModel>(
        string meta, ITrainerEstimator<TTransformer, TModel> made, NetworkTrainer<BinaryNetworkTransformer, BinaryNetworkModelParameters> trainer)
        where TTransformer : ISingleFeaturePredictionTransformer<TModel>
        where TModel : class => new(made, new TrainingRoles(meta, trainer.LabelColumnName, trainer.FeatureColumnName, trainer.ExampleWeightColumnName, LabelKind.Class));
}
