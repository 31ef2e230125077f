namespace MLNet.GradientTrainers.Sweeps;

/// <summary>The names that there are, for a message about one that there is not.</summary>
internal static class NearestNames
{
    /// <summary>All names, those first that it takes the fewest changes of letters to get to.</summary>
    /// <param name="name">The unknown name.</param>
    /// <param name="names">The known ones.</param>
    public static string List(string name, IEnumerable<string> names)
    {
        string[] sorted = [.. names.Distinct(StringComparer.Ordinal).OrderBy(known => Distance(name, known)).ThenBy(known => known, StringComparer.Ordinal)];
        return sorted.Length == 0 ? "none" : string.Join(", ", sorted);
    }

    /// <summary>Letters that are put in, left out or exchanged to make one name of the other; capitals count as small ones.</summary>
    /// <remarks>V. Levenshtein, "Binary codes capable of correcting deletions, insertions, and reversals", 1966.</remarks>
    internal static int Distance(string from, string to)
    {
        int[] row = [.. Enumerable.Range(0, to.Length + 1)];
        for (int i = 1; i <= from.Length; i++)
        {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= to.Length; j++)
            {
                int changed = diagonal + (char.ToUpperInvariant(from[i - 1]) == char.ToUpperInvariant(to[j - 1]) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(changed, 1 + Math.Min(row[j], row[j - 1]));
            }
        }

        return row[^1];
    }
}
