namespace MLNet.GradientTrainers.Benchmarks;

/// <summary>Row numbers of a table: a quarter for testing, drawn by seed, of each class its quarter; both parts in random order.</summary>
internal sealed record Split(int Seed, int[] Training, int[] Test)
{
    public static Split Draw(AccuracyTable table, int seed)
    {
        var random = new Random(seed);
        var training = new List<int>();
        var test = new List<int>();
        foreach (var group in Enumerable.Range(0, table.Targets.Length).GroupBy(row => table.Classes == 0 ? 0 : table.Targets[row]).OrderBy(group => group.Key))
        {
            int[] rows = Shuffle(random, group);
            int count = (rows.Length + 2) / 4;
            test.AddRange(rows[..count]);
            training.AddRange(rows[count..]);
        }

        return new(seed, Shuffle(random, training), Shuffle(random, test));
    }

    private static int[] Shuffle(Random random, IEnumerable<int> rows)
    {
        int[] shuffled = [.. rows];
        random.Shuffle(shuffled);
        return shuffled;
    }
}
