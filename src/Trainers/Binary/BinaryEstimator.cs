using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.Trainers;
using MLNet.GradientTrainers.Bridge;

namespace MLNet.GradientTrainers;

/// <summary>A trainer of binary networks as an estimator of those transformers that ML.NET's meta trainers ask for.</summary>
/// <param name="env">The user's environment.</param>
/// <param name="trainer">The trainer.</param>
internal sealed class BinaryEstimator(IHostEnvironment env, NetworkTrainer<BinaryNetworkTransformer, BinaryNetworkModelParameters> trainer)
    : ITrainerEstimator<BinaryPredictionTransformer<BinaryNetworkPredictor>, BinaryNetworkPredictor>
{
    public TrainerInfo Info => trainer.Info;

    public SchemaShape GetOutputSchema(SchemaShape inputSchema) => trainer.GetOutputSchema(inputSchema);

    public BinaryPredictionTransformer<BinaryNetworkPredictor> Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        var features = input.Schema.GetColumnOrNull(trainer.FeatureColumnName);
        if (features?.Type is VectorDataViewType vector && vector.ItemType.Equals(NumberDataViewType.Byte))
        {
            throw new ArgumentOutOfRangeException(
                nameof(input), $"ML.NET's meta trainers take vectors of Single, but the feature column '{trainer.FeatureColumnName}' is {vector}. Convert it: mlContext.Transforms.Conversion.ConvertType(\"{trainer.FeatureColumnName}\").");
        }

        var fitted = trainer.Fit(input);
        return NativeLinearClassifier.CreateBinary(env, new BinaryNetworkPredictor(fitted), input.Schema, trainer.FeatureColumnName);
    }
}
