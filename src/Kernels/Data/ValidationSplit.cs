namespace MLNet.GradientTrainers.Kernels;

/// <summary>Draws which rows validate. Both parts keep the order of the data, so that reading them stays sequential.</summary>
internal static class ValidationSplit
{
    /// <param name="count">Number of rows.</param>
    /// <param name="classes">Their classes, which are stratified; null for none.</param>
    /// <param name="fraction">Share that validates, in (0, 1).</param>
    /// <param name="seed">Equal seeds draw equal rows.</param>
    /// <param name="counts">Whether a row weighs more than 0; null when all do.</param>
    public static (int[] Training, int[] Validation) Draw(int count, ClassRows? classes, double fraction, ulong seed, Predicate<int>? counts = null)
    {
        if (!(fraction > 0 && fraction < 1))
        {
            throw new ArgumentOutOfRangeException(nameof(fraction), fraction, $"The validation fraction is {fraction}, but it must be above 0 and below 1.");
        }

        if (count < 2)
        {
            throw new ArgumentException("One row can't be split into training and validation. Give more rows, or a validation fraction of 0.");
        }

        RandomSource random = new(seed);
        int[] rows = new int[count];
        for (int i = 0; i < count; i++)
        {
            rows[i] = i;
        }

        random.Shuffle(rows);
        bool[] validates = new bool[count];
        int total = Math.Clamp((int)Math.Round(fraction * count), 1, count - 1);
        if (classes is null)
        {
            foreach (int row in rows.AsSpan(0, total))
            {
                validates[row] = true;
            }
        }
        else
        {
            int[] wanted = Apportion(Histogram(classes), fraction, total);
            foreach (int row in rows)
            {
                ref int left = ref wanted[classes.Labels[row]];
                validates[row] = left > 0;
                left -= left > 0 ? 1 : 0;
            }
        }

        int[] validation = Where(validates, true);
        if (validation.Length == 0)
        {
            throw new ArgumentException("No class has two rows, so that none can give one to validation. Give more rows, or a validation fraction of 0.");
        }

        int[] training = Where(validates, false);
        CheckCounts(training, counts, "left for training");
        CheckCounts(validation, counts, "set aside for validation");
        return (training, validation);
    }

    /// <summary>Deals the rows to parts: those of one class one after the other, so that no part gets more than one more of them than another.</summary>
    /// <param name="count">Number of rows.</param>
    /// <param name="classes">Their classes; null for none.</param>
    /// <param name="parts">Number of parts.</param>
    /// <param name="seed">Equal seeds deal alike.</param>
    /// <param name="counts">Whether a row weighs more than 0; null when all do.</param>
    /// <returns>The part of each row.</returns>
    public static int[] Parts(int count, ClassRows? classes, int parts, ulong seed, Predicate<int>? counts)
    {
        int[] rows = Enumerable.Range(0, count).ToArray();
        int weighted = counts is null ? count : rows.Count(row => counts(row));
        if (parts < 2 || parts > weighted)
        {
            throw new ArgumentOutOfRangeException(nameof(count), parts, $"{weighted} rows that count can be cut into 2 to {weighted} parts, not {parts}.");
        }

        new RandomSource(seed).Shuffle(rows);
        int[] result = new int[count];
        int next = 0;
        foreach (int row in rows.OrderBy(row => counts?.Invoke(row) == false).ThenBy(row => classes is null ? 0 : classes.Labels[row]))
        {
            result[row] = next++ % parts;
        }

        return result;
    }

    /// <summary>The places, in order, whose value fits.</summary>
    public static int[] RowsWhere(int[] values, Predicate<int> fits) => [.. Enumerable.Range(0, values.Length).Where(i => fits(values[i]))];

    private static void CheckCounts(int[] rows, Predicate<int>? counts, string part)
    {
        if (counts is not null && !Array.Exists(rows, counts))
        {
            throw new ArgumentException($"The {rows.Length} rows that are {part} all weigh 0. Give more rows a weight above 0, take another seed, or a validation fraction of 0.");
        }
    }

    private static int[] Histogram(ClassRows classes)
    {
        int[] counts = new int[classes.Width];
        foreach (int label in classes.Labels)
        {
            counts[label]++;
        }

        return counts;
    }

    /// <summary>Largest-remainder apportionment of <paramref name="total"/> rows, each class leaving at least one.</summary>
    private static int[] Apportion(int[] counts, double fraction, int total)
    {
        int[] given = new int[counts.Length];
        for (int c = 0; c < counts.Length; c++)
        {
            given[c] = Math.Min((int)(fraction * counts[c]), Math.Max(0, counts[c] - 1));
        }

        int left = total - given.Sum();
        foreach (int c in Enumerable.Range(0, counts.Length).OrderByDescending(c => (fraction * counts[c]) - given[c]))
        {
            if (left > 0 && given[c] < counts[c] - 1)
            {
                given[c]++;
                left--;
            }
        }

        return given;
    }

    private static int[] Where(bool[] flags, bool value)
    {
        List<int> rows = [];
        for (int i = 0; i < flags.Length; i++)
        {
            if (flags[i] == value)
            {
                rows.Add(i);
            }
        }

        return [.. rows];
    }
}
