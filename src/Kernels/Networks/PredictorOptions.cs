namespace MLNet.GradientTrainers.Kernels;

/// <summary>How a <see cref="Predictor"/> computes. None of these settings changes the scores by a single bit, except <see cref="Link"/>, <see cref="InputLayout"/> and <see cref="Backend"/>.</summary>
public sealed record PredictorOptions
{
    /// <summary>What makes scores of the outputs: the <see cref="Loss.Link"/> of the loss that was trained with.</summary>
    public OutputLink Link { get; init; }

    /// <summary>The order of the numbers of input images; without meaning for other inputs.</summary>
    public ImageLayout InputLayout { get; init; }

    /// <summary>Where to compute.</summary>
    public BackendKind Backend { get; init; } = BackendKind.Auto;

    /// <summary>Threads of one call, at least 1; null for all cores. 1 suits callers that are many themselves. <see cref="Kernels.Backend.Create"/> says what limits them.</summary>
    public int? NumberOfThreads { get; init; } = 1;

    /// <summary>Rows computed at once, at least 1; larger calls are split. Memory of an execution grows with it.</summary>
    public int MaxRows { get; init; } = 256;

    /// <summary>
    /// Executions at a time, at least 1: each holds a copy of the weights and buffers for <see cref="MaxRows"/> rows. Further callers wait. They are made
    /// when needed.
    /// </summary>
    public int MaxExecutions { get; init; } = Environment.ProcessorCount;
}
