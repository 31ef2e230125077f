using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML;

public sealed partial class DataOperationsCatalog
{
    public struct TrainTestData
    {
        public readonly IDataView TrainSet;
        public readonly IDataView TestSet;

        internal TrainTestData(IDataView trainSet, IDataView testSet) => (TrainSet, TestSet) = (trainSet, testSet);
    }

    /// <summary>
    /// Splits rows at random, the same way each time. Rows with the same value in the sampling key column stay together.
    /// Without a seed, that of the context decides; without that, a fixed one.
    /// </summary>
    public TrainTestData TrainTestSplit(IDataView data, double testFraction = 0.1, string samplingKeyColumnName = null, int? seed = null)
    {
        Contracts.CheckValue(data, nameof(data));
        Contracts.CheckParam(0 < testFraction && testFraction < 1, nameof(testFraction), "Must be between 0 and 1 exclusive");
        var fraction = RowFraction.Create(data, samplingKeyColumnName, seed ?? (_env as IHostEnvironmentInternal)?.Seed);
        return new TrainTestData(
            fraction.Filter(data, value => value < 0 || value >= testFraction),
            fraction.Filter(data, value => 0 <= value && value < testFraction));
    }

    /// <summary>As many splits as folds: each row is in the test set of one of them. The folds differ a little in size.</summary>
    public IReadOnlyList<TrainTestData> CrossValidationSplit(IDataView data, int numberOfFolds = 5, string samplingKeyColumnName = null, int? seed = null)
    {
        Contracts.CheckValue(data, nameof(data));
        Contracts.CheckParam(numberOfFolds > 1, nameof(numberOfFolds), "Must be more than 1");
        var fraction = RowFraction.Create(data, samplingKeyColumnName, seed ?? (_env as IHostEnvironmentInternal)?.Seed);
        return Enumerable.Range(0, numberOfFolds).Select(fold =>
        {
            double min = (double)fold / numberOfFolds, max = (double)(fold + 1) / numberOfFolds;
            return new TrainTestData(
                fraction.Filter(data, value => value < min || value > max),
                fraction.Filter(data, value => min <= value && value <= max));
        }).ToArray();
    }
}
