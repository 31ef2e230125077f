namespace MLNet.GradientTrainers.Kernels.Gpu;

/// <summary>What the sums of a product start at.</summary>
internal enum SumStart
{
    /// <summary>0.</summary>
    Zero,

    /// <summary>The bias of the column.</summary>
    Bias,

    /// <summary>What is there already.</summary>
    Output,
}
