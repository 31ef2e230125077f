using Microsoft.ML.Runtime;

namespace Microsoft.ML
{
    public interface ISingleFeaturePredictionTransformer : ITransformer
    {
        string FeatureColumnName { get; }
    }
}

namespace Microsoft.ML.Data
{
    public interface IInternalCatalog
    {
        IHostEnvironment Environment { get; }
    }
}
