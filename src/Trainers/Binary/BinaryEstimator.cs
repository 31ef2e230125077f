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
        var fitted = trainer.Fit(input);
        return NativeLinearClassifier.CreateBinary(env, new BinaryNetworkPredictor(fitted), input.Schema, trainer.FeatureColumnName);
    }
}
