using System.Globalization;
using Microsoft.ML;
using MLNet.GradientTrainers.Kernels.Gpu;

namespace MLNet.GradientTrainers;

/// <summary>Where a network is trained. Scoring is the processor's in any case.</summary>
public sealed record ComputeDevice
{
    private ComputeDevice()
    {
    }

    /// <summary>
    /// The GPU that the context names (<see cref="MLContext.GpuDeviceId"/>, set before the trainer is created); else the best GPU where the training has so much work that it pays (<see cref="GpuThreshold"/>); else the processor,
    /// which also takes over from a GPU that nobody asked for and that can't be used.
    /// </summary>
    public static ComputeDevice Auto { get; } = new();

    /// <summary>The processor.</summary>
    public static ComputeDevice Cpu { get; } = new() { IsCpu = true };

    /// <summary>The number of the GPU, as <see cref="GpuDevices.All"/> has it; null where none is named.</summary>
    public int? Index { get; private init; }

    /// <summary>Whether it is the processor.</summary>
    public bool IsCpu { get; private init; }

    /// <summary>Floating-point operations of a training from which on a GPU is taken where none is named; null for <see cref="GpuThreshold"/>'s.</summary>
    public double? Threshold { get; private init; }

    /// <summary>A GPU. Where it can't be used, training fails, or goes on on the processor with <see cref="MLContext.FallbackToCpu"/>.</summary>
    /// <param name="index">Its number, from 0: see <see cref="GpuDevices.All"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="index"/> is below 0.</exception>
    public static ComputeDevice Gpu(int index = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        return new() { Index = index };
    }

    /// <summary><see cref="Auto"/> with another threshold.</summary>
    /// <param name="operations">Floating-point operations of a training from which on a GPU is taken, at least 0; see <see cref="GpuThreshold.OperationsOfARow"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="operations"/> is below 0 or NaN.</exception>
    public static ComputeDevice AutoAbove(double operations) =>
        operations >= 0 ? new() { Threshold = operations } : throw new ArgumentOutOfRangeException(nameof(operations), operations, "The threshold must be at least 0.");

    /// <inheritdoc/>
    public override string ToString() =>
        IsCpu ? nameof(Cpu) : Index is { } index ? $"{nameof(Gpu)}({index})" : Threshold is null ? nameof(Auto) : string.Create(CultureInfo.InvariantCulture, $"{nameof(AutoAbove)}({Threshold:G})");
}
