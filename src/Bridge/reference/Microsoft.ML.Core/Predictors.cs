using Microsoft.ML.Data;

namespace Microsoft.ML
{
    public enum PredictionKind
    {
        BinaryClassification = 2,
    }

    public interface IPredictor
    {
        PredictionKind PredictionKind { get; }
    }

    public interface IPredictorProducing<out TResult> : IPredictor;

    public interface IDistPredictorProducing<out TResult, out TResultDistribution> : IPredictorProducing<TResult>;
}

namespace Microsoft.ML.Data
{
    public delegate void ValueMapper<TSrc, TDst>(in TSrc src, ref TDst dst);

    public delegate void ValueMapper<TVal1, TVal2, TVal3>(in TVal1 val1, ref TVal2 val2, ref TVal3 val3);

    public interface IValueMapper
    {
        DataViewType InputType { get; }

        DataViewType OutputType { get; }

        ValueMapper<TSrc, TDst> GetMapper<TSrc, TDst>();
    }

    public interface IValueMapperDist : IValueMapper
    {
        DataViewType DistType { get; }

        ValueMapper<TSrc, TDst, TDist> GetMapper<TSrc, TDst, TDist>();
    }
}
