using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers.Sweeps;

/// <summary>
/// The tree-structured Parzen estimator: of the trials so far the best are taken for good, the others for bad; of each parameter, candidates are drawn from a density of the good ones' values, and the
/// one is proposed of which the good density is largest beside the bad one. What hangs on an option learns from the trials that chose it.
/// </summary>
/// <remarks>
/// J. Bergstra et al., "Algorithms for hyper-parameter optimization", 2011. Pruned trials count behind completed ones, those that came further first; failed ones are bad. Densities are mixtures of
/// normals cut to the range, one at each value, as wide as the farther neighbour is away, and one over all of the range; of options, shares with one more trial spread over all.
/// </remarks>
public sealed class TreeParzenTuner : Tuner
{
    private const int MostGood = 25;

    /// <summary>Creates the tuner.</summary>
    /// <param name="randomTrials">Trials at random before the first that learns, at least 2.</param>
    /// <param name="goodShare">Share of the trials that are good, in (0, 1).</param>
    /// <param name="candidates">Draws of each parameter, at least 1.</param>
    public TreeParzenTuner(int randomTrials = 10, double goodShare = 0.1, int candidates = 24)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(randomTrials, 2);
        ArgumentOutOfRangeException.ThrowIfLessThan(candidates, 1);
        if (!(goodShare > 0 && goodShare < 1))
        {
            throw new ArgumentOutOfRangeException(nameof(goodShare), goodShare, "The share of good trials must be in (0, 1), for example 0.1.");
        }

        (RandomTrials, GoodShare, Candidates) = (randomTrials, goodShare, candidates);
    }

    /// <summary>Trials at random before the first that learns.</summary>
    public int RandomTrials { get; }

    /// <summary>Share of the trials that are good.</summary>
    public double GoodShare { get; }

    /// <summary>Draws of each parameter.</summary>
    public int Candidates { get; }

    /// <inheritdoc/>
    public override string Name => FormattableString.Invariant($"tree-structured Parzen estimator after {RandomTrials}, good {GoodShare}, {Candidates} candidates");

    /// <inheritdoc/>
    public override bool LooksBack => true;

    /// <inheritdoc/>
    public override ParameterValues? Propose(TunerRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        var ranked = TrialRanking.Order(request.History.Where(trial => trial.Values.Count > 0), request.Metric);
        if (ranked.Count < RandomTrials)
        {
            return new RandomTuner().Propose(request);
        }

        int good = Math.Clamp((int)Math.Ceiling(GoodShare * ranked.Count), 1, MostGood);
        var goods = ranked.Take(good).ToArray();
        var bads = ranked.Skip(good).ToArray();
        return request.FirstNew(random => request.Space.Walk((name, parameter) =>
            Draw(parameter, Known(goods, name), Known(bads, name), random)));
    }

    private object Draw(SearchParameter parameter, object[] good, object[] bad, RandomSource random)
    {
        if (parameter is Choice choice)
        {
            var (likely, unlikely) = (OptionShares.Of(choice, good), OptionShares.Of(choice, bad));
            return choice.Options[Best(() => likely.Draw(random), i => Math.Log(likely[i] / unlikely[i]))];
        }

        Func<object, double> place = parameter is RealRange real ? value => real.ToUnit((double)value) : value => ((IntegerRange)parameter).ToUnit((int)value);
        var (dense, sparse) = (new ParzenDensity(good.Select(place)), new ParzenDensity(bad.Select(place)));
        return parameter.FromUnit(Best(() => dense.Draw(random), x => dense.Log(x) - sparse.Log(x)));
    }

    private T Best<T>(Func<T> draw, Func<T, double> gain)
    {
        T best = draw();
        double most = gain(best);
        for (int i = 1; i < Candidates; i++)
        {
            T next = draw();
            if (gain(next) is var own && own > most)
            {
                (best, most) = (next, own);
            }
        }

        return best;
    }

    private static object[] Known(Trial[] trials, string name) => [.. trials.Where(trial => trial.Values.ContainsKey(name)).Select(trial => trial.Values[name])];
}
