namespace MLNet.GradientTrainers.Kernels;

/// <summary>
/// How an epoch is cut into batches and updates. Where a network needs more rows in a batch than an epoch's last one has, that one is left out: with a new order in each epoch these
/// are other rows each time.
/// </summary>
internal readonly struct EpochBatches
{
    private readonly int _batchSize;

    /// <summary>Cuts an epoch.</summary>
    /// <param name="options">Validated options.</param>
    /// <param name="smallest">Rows that a batch must have, at least 1: <see cref="Network{T}.SmallestBatch"/>.</param>
    /// <param name="rows">Training rows, at least one.</param>
    public EpochBatches(TrainingOptions options, int smallest, int rows)
    {
        _batchSize = options.BatchRows;
        int last = rows % _batchSize;
        LeftOut = rows > _batchSize && last < smallest ? last : 0;
        Rows = rows - LeftOut;
        Count = Parts(Rows, _batchSize);
        Updates = Parts(Count, options.AccumulationSteps);
    }

    /// <summary>Rows that an epoch learns from.</summary>
    public int Rows { get; }

    /// <summary>Rows that an epoch leaves out.</summary>
    public int LeftOut { get; }

    /// <summary>Batches of an epoch.</summary>
    public int Count { get; }

    /// <summary>Updates of an epoch.</summary>
    public int Updates { get; }

    /// <summary>The place of a batch's first row in the epoch.</summary>
    public int Start(int batch) => batch * _batchSize;

    /// <summary>Rows of some batches from one on.</summary>
    public int RowsOf(int batch, int batches = 1) => (int)Math.Min((long)batches * _batchSize, Rows - Start(batch));

    private static int Parts(int whole, int part) => ((whole - 1) / part) + 1;
}
