namespace MLNet.GradientTrainers.Kernels.Gpu;

/// <summary>From how much work on a device is worth its costs. docs/gpu.md tells where the figures come from.</summary>
public static class GpuThreshold
{
    /// <summary>
    /// Operations of a step (a batch forward and backward) below which the launches of its kernels cost more than the processor needs for the step itself: some 30 launches of 5 µs each, in which a processor of
    /// few cores at 150 GFLOP/s does 22 million.
    /// </summary>
    public const double OperationsOfAStep = 5e7;

    /// <summary>Operations of a training below which opening a device and compiling its kernels, some seconds, costs more than it brings.</summary>
    public const double OperationsOfATraining = 1e12;

    /// <summary>Floating-point operations of the forward and backward pass of a row: two for each multiply-add, and the backward pass has twice as many as the forward pass.</summary>
    /// <param name="definition">The network.</param>
    public static double OperationsOfARow(NetworkDefinition definition)
    {
        ArgumentNullException.ThrowIfNull(definition);
        return 6.0 * definition.MultiplyAdds;
    }

    /// <summary>Whether a device is worth its costs.</summary>
    /// <param name="definition">The network.</param>
    /// <param name="batchRows">Rows of a batch.</param>
    /// <param name="rows">Rows of all epochs together.</param>
    /// <param name="operations">Operations that a training must have at least, whatever its steps; null for the thresholds of this class.</param>
    public static bool Pays(NetworkDefinition definition, int batchRows, double rows, double? operations = null)
    {
        double row = OperationsOfARow(definition);
        return operations is { } wanted ? row * rows >= wanted : row * rows >= OperationsOfATraining && row * batchRows >= OperationsOfAStep;
    }
}
