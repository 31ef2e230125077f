using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNet.GradientTrainers.Bridge;

/// <summary>
/// A fitted binary transformer as ML.NET's meta trainers, such as <c>OneVersusAll</c>, take a model: it maps a row to a score and a probability, and is saved inside of their models.
/// </summary>
/// <param name="transformer">The transformer, which is what a file holds.</param>
/// <param name="features">Features of a row.</param>
public abstract class BinaryPredictor(PredictionTransformer transformer, int features) : IDistPredictorProducing<float, float>, IValueMapperDist, ICanSaveModel
{
    PredictionKind IPredictor.PredictionKind => PredictionKind.BinaryClassification;

    DataViewType IValueMapper.InputType { get; } = new VectorDataViewType(NumberDataViewType.Single, features);

    DataViewType IValueMapper.OutputType => NumberDataViewType.Single;

    DataViewType IValueMapperDist.DistType => NumberDataViewType.Single;

    /// <summary>What scores rows, one after another; each has memory of its own, for one thread.</summary>
    protected abstract RowScorer CreateScorer();

    ValueMapper<TSource, TScore> IValueMapper.GetMapper<TSource, TScore>()
    {
        RowScorer scorer = CreateScorer();
        ValueMapper<VBuffer<float>, float> map = (in VBuffer<float> row, ref float score) => score = scorer(row).Score;
        return map as ValueMapper<TSource, TScore> ?? throw Unknown(typeof(ValueMapper<TSource, TScore>));
    }

    ValueMapper<TSource, TScore, TProbability> IValueMapperDist.GetMapper<TSource, TScore, TProbability>()
    {
        RowScorer scorer = CreateScorer();
        ValueMapper<VBuffer<float>, float, float> map = (in VBuffer<float> row, ref float score, ref float probability) => (score, probability) = scorer(row);
        return map as ValueMapper<TSource, TScore, TProbability> ?? throw Unknown(typeof(ValueMapper<TSource, TScore, TProbability>));
    }

    void ICanSaveModel.Save(ModelSaveContext ctx) => transformer.Save(ctx, BinaryPredictorIO.LoaderSignature);

    private static NotSupportedException Unknown(Type mapper) => new($"A binary model of this plug-in maps vectors of Single to Single; {mapper} was asked for.");
}

/// <summary>The score and the probability of a row.</summary>
/// <param name="row">The features.</param>
public delegate (float Score, float Probability) RowScorer(VBuffer<float> row);

/// <summary>A transformer of which ML.NET's meta trainers can make a part of their models.</summary>
public interface IBinaryTransformer
{
    /// <summary>The transformer as such a part.</summary>
    BinaryPredictor ToPredictor();
}
