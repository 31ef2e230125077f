using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers;

/// <summary>What the trainers of networks have in common.</summary>
/// <typeparam name="TTransformer">The fitted transformer.</typeparam>
/// <typeparam name="TModel">Its model.</typeparam>
public abstract class NetworkTrainer<TTransformer, TModel> : GradientTrainer<TTransformer, TModel>
    where TTransformer : ScoringTransformer<TModel>
    where TModel : NetworkModelParameters
{
    private readonly int? _threads;

    private protected NetworkTrainer(IHostEnvironment env, NetworkTrainerOptions options, LabelKind label)
        : base(env, options, options, label, needNormalization: options.FeatureScaling == FeatureScaling.None, takesBytes: true) => _threads = options.NumberOfThreads;

    /// <summary>
    /// Runs a learning rate range test: a short training of fresh weights whose rate grows from update to update until the loss rises. Set the suggestion as
    /// <see cref="DescentOptions.LearningRate"/> of a new trainer; the curve's points are there to look at.
    /// </summary>
    /// <param name="trainData">The rows that are to be trained on.</param>
    /// <param name="finder">The test's range and length; null for 100 updates from 1e-7 to 10.</param>
    /// <returns>The loss over the rate, and a suggested rate, null where the loss never fell.</returns>
    /// <inheritdoc cref="GradientTrainer{TTransformer, TModel}.Fit(IDataView)" path="/exception"/>
    public LearningRateCurve FindLearningRate(IDataView trainData, LearningRateFinder? finder = null)
    {
        finder ??= new LearningRateFinder();
        finder.Validate();
        return Run("Learning rate finder", trainData, validation: null, context => Begin(context, trainData).FindLearningRate(trainData, finder));
    }

    /// <summary>Makes of rows with checked columns what trains on them.</summary>
    private protected abstract NetworkFit<TTransformer, TModel> Begin(FitContext context, IDataView train);

    private protected sealed override string RateAdvice => $"{GetType().Name}'s {nameof(FindLearningRate)} runs such a test.";

    private protected sealed override TTransformer Fit(FitContext context, IDataView train, IDataView? validation, TModel? start)
    {
        var fitted = Begin(context, train).Train(train, validation, start);
        fitted.NumberOfThreads = _threads;
        return fitted;
    }
}
