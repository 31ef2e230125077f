namespace MLNet.GradientTrainers.Kernels;

/// <summary>What a linear run learns from and is measured on: data that fits together, cut into training and validation rows.</summary>
/// <param name="Data">The data to learn from.</param>
/// <param name="Rows">Its training rows.</param>
/// <param name="Validation">The data to measure on; null for none.</param>
/// <param name="ValidationRows">Its rows.</param>
/// <param name="Start">The weights to start from.</param>
internal sealed record LinearTask(LinearData Data, int[] Rows, LinearData? Validation, int[] ValidationRows, LinearModel Start)
{
    /// <summary>Checks the data and draws the validation rows where the options ask for some.</summary>
    /// <exception cref="ArgumentException">The start or the validation data does not fit the data.</exception>
    public static LinearTask Of(LinearOptions options, LinearData data, LinearModel? start, LinearData? validation)
    {
        ArgumentNullException.ThrowIfNull(data);
        start = CheckedStart(data, start);
        if (validation is not null && validation.Width != data.Width)
        {
            throw new ArgumentException($"The validation data has {validation.Width} features, the training data {data.Width}. Make the two agree.", nameof(validation));
        }

        if (validation is not null || options.ValidationFraction == 0)
        {
            return new LinearTask(data, AllRows(data), validation, validation is null ? [] : AllRows(validation), start);
        }

        var (rows, validationRows) = ValidationSplit.Draw(
            data.Count, null, options.ValidationFraction, RandomKey.Derive(options.RandomSeed, LinearSession.SplitStream), data.Weights is { } weights ? row => weights[row] > 0 : null);
        return new LinearTask(data, rows, data, validationRows, start);
    }

    /// <summary>The model to start from: zeros where none is given.</summary>
    /// <exception cref="ArgumentException">It does not fit the data.</exception>
    public static LinearModel CheckedStart(LinearData data, LinearModel? start)
    {
        if (start is not null && start.Weights.Length != data.Width)
        {
            throw new ArgumentException($"The model has {start.Weights.Length} weights, but the data has {data.Width} features. Make the two agree.", nameof(start));
        }

        return start ?? new LinearModel(new double[data.Width], 0);
    }

    /// <summary>The numbers of all rows.</summary>
    public static int[] AllRows(LinearData data)
    {
        int[] rows = new int[data.Count];
        for (int i = 0; i < rows.Length; i++)
        {
            rows[i] = i;
        }

        return rows;
    }
}
