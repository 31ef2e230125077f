using Microsoft.ML.SearchSpace;

namespace Microsoft.ML.AutoML;

internal sealed class RandomSearchTuner(Microsoft.ML.SearchSpace.SearchSpace space, int? seed) : ITuner
{
    private readonly Random _random = seed is { } given ? new Random(given) : new Random();

    public Parameter Propose(TrialSettings settings) => space.SampleFromFeatureSpace([.. Enumerable.Range(0, space.FeatureSpaceDim).Select(_ => _random.NextDouble())]);

    public void Update(TrialResult result)
    {
    }
}
