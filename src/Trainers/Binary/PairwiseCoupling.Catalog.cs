using Microsoft.ML.Data;
using Microsoft.ML.Trainers;
using MLNet.GradientTrainers;

namespace Microsoft.ML;

public static partial class GradientTrainersCatalogExtensions
{
    /// <summary>
    /// Creates ML.NET's own <see cref="PairwiseCouplingTrainer"/> around a network that answers true or false: one network for each class and for each pair of classes, which tells it from all others, and scores
    /// that are made of all their probabilities.
    /// </summary>
    /// <remarks>
    /// <para>K classes take K · (K + 1) / 2 networks: 55 for ten classes. The model is ML.NET's; loading it needs this plug-in beside the program, as our own models do. ML.NET has no ONNX form for it. A network of several
    /// outputs, <see cref="MlpTrainer"/> or <see cref="CnnTrainer"/>, is trained once for all classes, and is what to take first.</para>
    /// <para>The networks' probabilities are calibrated by the networks' own options (<see cref="MlpBinaryTrainer.Options.Calibrate"/>), so that there is no calibrator to choose here.</para>
    /// </remarks>
    /// <param name="catalog">The catalog.</param>
    /// <param name="binaryEstimator">An <see cref="MlpBinaryTrainer"/> or <see cref="CnnBinaryTrainer"/>, whose label and feature columns are those of the rows.</param>
    /// <param name="labelColumnName">Name of the label column, a key; the one of <paramref name="binaryEstimator"/>.</param>
    /// <param name="imputeMissingLabelsAsNegative">Whether a row with a missing label counts as one of none of the classes.</param>
    /// <returns>A <see cref="PairwiseCouplingTrainer"/> behind a check of its columns.</returns>
    /// <exception cref="ArgumentException">The trainer has another label column, or a validation set, whose labels can't be those of each class.</exception>
    public static ITrainerEstimator<MulticlassPredictionTransformer<PairwiseCouplingModelParameters>, PairwiseCouplingModelParameters> PairwiseCoupling(
        this MulticlassClassificationCatalog.MulticlassClassificationTrainers catalog,
        NetworkTrainer<BinaryNetworkTransformer, BinaryNetworkModelParameters> binaryEstimator,
        string labelColumnName = DefaultColumns.Label,
        bool imputeMissingLabelsAsNegative = false) => MetaTrainers.Checked(
            nameof(PairwiseCoupling), catalog.PairwiseCoupling(MetaTrainers.Estimator(nameof(PairwiseCoupling), catalog, binaryEstimator, labelColumnName), labelColumnName, imputeMissingLabelsAsNegative), binaryEstimator);
}
