namespace MLNet.GradientTrainers.Kernels;

/// <summary>Draws which rows validate. Both parts keep the order of the data, so that reading them stays sequential.</summary>
internal static class ValidationSplit
{
    /// <param name="count">Number of rows.</param>
    /// <param name="classes">Their classes, which are stratified; null for none.</param>
    /// <param name="fraction">Share that validates, in (0, 1).</param>
    /// <param name="seed">Equal seeds draw equal rows.</param>
    /// <param name="counts">Whether a row weighs more than 0; null when all do.</param>
    /// <param name="twins">The first of the rows that each is to stay together with (<see cref="Twins"/>); null where each is its own.</param>
    public static (int[] Training, int[] Validation) Draw(int count, ClassRows? classes, double fraction, ulong seed, Predicate<int>? counts = null, int[]? twins = null)
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
        int total = Math.Clamp((int)Math.Round(fraction * count), 1, count - 1);
        int[] wanted = classes is null ? [total] : Apportion(Histogram(classes), fraction, total);
        bool[] validates = Mark(rows, classes, wanted, twins);
        if (twins is not null && Starves(validates, classes, wanted))
        {
            validates = Mark(rows, classes, wanted, twins: null);
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

    /// <summary>Marks as many rows of each class as are wanted, or as near to that as groups come.</summary>
    private static bool[] Mark(int[] rows, ClassRows? classes, int[] wanted, int[]? twins)
    {
        bool[] marked = new bool[rows.Length];
        int[] left = [.. wanted];
        (IEnumerable<int> firsts, int[]? sizes) = Groups(rows, twins);
        foreach (int row in firsts)
        {
            ref int ofClass = ref left[classes is null ? 0 : classes.Labels[row]];
            int size = sizes?[row] ?? 1;
            marked[row] = 2 * ofClass >= size;
            ofClass -= marked[row] ? size : 0;
        }

        return twins is null ? marked : Array.ConvertAll(twins, first => marked[first]);
    }

    /// <summary>Whether a class has all its rows on one side that was to have some on both.</summary>
    private static bool Starves(bool[] validates, ClassRows? classes, int[] wanted)
    {
        int[] rows = new int[wanted.Length];
        int[] validating = new int[wanted.Length];
        for (int row = 0; row < validates.Length; row++)
        {
            int label = classes is null ? 0 : classes.Labels[row];
            rows[label]++;
            validating[label] += validates[row] ? 1 : 0;
        }

        return Enumerable.Range(0, wanted.Length).Any(label => wanted[label] > 0 && rows[label] > 0 && (validating[label] == 0 || validating[label] == rows[label]));
    }

    /// <summary>Deals the rows to parts: those of one class one after the other, so that no part gets more than one more of them than another.</summary>
    /// <param name="count">Number of rows.</param>
    /// <param name="classes">Their classes; null for none.</param>
    /// <param name="parts">Number of parts.</param>
    /// <param name="seed">Equal seeds deal alike.</param>
    /// <param name="counts">Whether a row weighs more than 0; null when all do.</param>
    /// <param name="twins">As in <see cref="Draw"/>.</param>
    /// <returns>The part of each row.</returns>
    public static int[] Parts(int count, ClassRows? classes, int parts, ulong seed, Predicate<int>? counts, int[]? twins = null)
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
        foreach (int row in Groups(rows, twins).Firsts.OrderBy(row => counts?.Invoke(row) == false).ThenBy(row => classes is null ? 0 : classes.Labels[row]))
        {
            result[row] = next++ % parts;
        }

        return twins is null ? result : Array.ConvertAll(twins, first => result[first]);
    }

    /// <summary>The rows that stand for themselves and for those that stay with them, in the order given, and how many each stands for; null where each stands for itself alone.</summary>
    private static (IEnumerable<int> Firsts, int[]? Sizes) Groups(int[] rows, int[]? twins)
    {
        if (twins is null)
        {
            return (rows, null);
        }

        int[] sizes = new int[rows.Length];
        foreach (int row in rows)
        {
            sizes[twins[row]]++;
        }

        return (rows.Where(row => sizes[row] > 0), sizes);
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
        int[] rows = new int[flags.Count(value)];
        int filled = 0;
        for (int i = 0; i < flags.Length; i++)
        {
            if (flags[i] == value)
            {
                rows[filled++] = i;
            }
        }

        return rows;
    }
}
