using Microsoft.ML.SearchSpace;

namespace Microsoft.ML.AutoML;

internal sealed class DiceTuner(Microsoft.ML.SearchSpace.SearchSpace space, int? seed) : ITuner
{
    private readonly Random _dice = seed is { } given ? new Random(given) : new Random();

    public Parameter Propose(TrialSettings settings) => space.SampleFromFeatureSpace([.. Enumerable.Range(0, space.FeatureSpaceDim).Select(_ => _dice.NextDouble())]);

    public void Update(TrialResult result)
    {
    }
}
