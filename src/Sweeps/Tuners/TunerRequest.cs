using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers.Sweeps;

/// <summary>What a <see cref="Tuner"/> is asked.</summary>
/// <param name="Space">The space.</param>
/// <param name="Number">Number of the trial, from 1.</param>
/// <param name="Seed">The sweep's seed.</param>
/// <param name="Metric">The metric.</param>
/// <param name="History">Finished trials, by number: all of those that the proposal may depend on.</param>
/// <param name="IsNew">Whether values have not been proposed before.</param>
public sealed record TunerRequest(SearchSpace Space, int Number, int Seed, SweepMetric Metric, IReadOnlyList<Trial> History, Func<ParameterValues, bool> IsNew)
{
    private const int Attempts = 200;

    /// <summary>Random numbers of this trial.</summary>
    public RandomSource Random() => TrialSeeds.Random(Seed, Number);

    /// <summary>
    /// The first of many draws that is new. A finite space of which few values are left is gone through from a place at random.
    /// </summary>
    /// <param name="draw">Draws values.</param>
    /// <returns>Null when all values have been tried.</returns>
    public ParameterValues? FirstNew(Func<RandomSource, ParameterValues> draw)
    {
        var random = Random();
        for (int i = 0; i < Attempts; i++)
        {
            var values = draw(random);
            if (IsNew(values))
            {
                return values;
            }
        }

        return Space.IsFinite ? new GridPoints(Space, int.MaxValue).From(random.NextDouble()).FirstOrDefault(IsNew) : null;
    }
}
