namespace MLNet.GradientTrainers.Kernels;

/// <summary>How long a network trains, and by how many rows a step, where the options leave it open.</summary>
internal static class TrainingLength
{
    /// <summary>Few rows still ask for so many updates.</summary>
    private const int FewestUpdates = 1000;

    private const int FewestEpochs = 20;
    private const int MostEpochs = 500;

    /// <summary>An eighth of the rows, in a range in which a step's time grows less than its rows.</summary>
    public static int BatchSize(int rows) => Math.Clamp(rows / 8, 16, 128);

    /// <summary>As many epochs as make the fewest updates.</summary>
    public static int Epochs(int rows, int batchSize) => Math.Clamp(FewestUpdates / (((rows - 1) / batchSize) + 1), FewestEpochs, MostEpochs);

    /// <summary>The options with nothing left open.</summary>
    /// <param name="options">The options.</param>
    /// <param name="rows">Training rows, at least 1.</param>
    /// <param name="mostRows">Rows that a batch may have.</param>
    public static TOptions Choose<TOptions>(TOptions options, int rows, int mostRows = int.MaxValue)
        where TOptions : TrainingOptions
    {
        int batchSize = options.BatchSize ?? Math.Min(BatchSize(rows), mostRows);
        return options with { Optimizer = options.Optimizer ?? new AdamW(), BatchSize = batchSize, NumberOfEpochs = options.NumberOfEpochs ?? Epochs(rows, batchSize) };
    }
}
