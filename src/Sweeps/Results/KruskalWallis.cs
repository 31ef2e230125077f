namespace MLNet.GradientTrainers.Sweeps;

/// <summary>The effect size of each parameter on the trials' places.</summary>
internal static class KruskalWallis
{
    private const int MostGroups = 4;

    /// <summary>Trials of a group of a range; with fewer, groups differ by chance.</summary>
    private const int TrialsOfGroup = 4;

    /// <summary>Trials of the smallest test, of two groups.</summary>
    private const int FewestTrials = 2 * TrialsOfGroup;

    /// <param name="space">The space.</param>
    /// <param name="leaderboard">Trials from the best to the worst.</param>
    public static IReadOnlyList<ParameterImportance> Of(SearchSpace space, IReadOnlyList<Trial> leaderboard)
    {
        var ranked = leaderboard.Where(trial => trial.IsFinished).ToList();
        return
        [
            .. space.All()
                .Select(pair => (pair.Name, Trials: ranked.Where(trial => trial.Values.ContainsKey(pair.Name)).ToList(), pair.Parameter))
                .Where(one => one.Trials.Count >= FewestTrials)
                .Select(one => (one.Name, one.Trials.Count, Groups: Groups(one.Parameter, one.Name, one.Trials)))
                .Where(one => one.Groups.Count >= 2)
                .Select(one => new ParameterImportance(one.Name, Share(one.Groups) * one.Count / ranked.Count, one.Count))
                .OrderByDescending(importance => importance.Share)
                .ThenBy(importance => importance.Name, StringComparer.Ordinal),
        ];
    }

    /// <summary>η² of H.</summary>
    /// <param name="groups">The places, from 1, of each group.</param>
    internal static double Share(IReadOnlyList<IReadOnlyList<int>> groups)
    {
        double n = groups.Sum(group => group.Count);
        if (n <= groups.Count)
        {
            return 0;
        }

        double h = (12 / (n * (n + 1)) * groups.Sum(group => Math.Pow(group.Sum(), 2) / group.Count)) - (3 * (n + 1));
        return Math.Clamp((h - groups.Count + 1) / (n - groups.Count), 0, 1);
    }

    private static List<IReadOnlyList<int>> Groups(SearchParameter parameter, string name, List<Trial> trials)
    {
        var places = trials.Select((trial, i) => (Value: trial.Values[name], Place: i + 1)).ToList();
        if (parameter is Choice choice)
        {
            return [.. places.GroupBy(pair => choice.IndexOf(pair.Value)).OrderBy(group => group.Key).Select(group => (IReadOnlyList<int>)[.. group.Select(pair => pair.Place)])];
        }

        // Equal values stay in one group.
        var sorted = places.Select(pair => (Value: Convert.ToDouble(pair.Value, null), pair.Place)).OrderBy(pair => pair.Value).ToList();
        int parts = Math.Min(MostGroups, sorted.Count / TrialsOfGroup);
        return [.. sorted.GroupBy(pair => sorted.FindIndex(other => other.Value == pair.Value) * parts / sorted.Count).Select(group => (IReadOnlyList<int>)[.. group.Select(pair => pair.Place)])];
    }
}
