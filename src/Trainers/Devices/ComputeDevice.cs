using System.Globalization;
using Microsoft.ML;
using MLNet.GradientTrainers.Kernels;
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

    /// <summary>All GPUs that are the same as the best one, at most <see cref="TrainingOptions.Shards"/> of them, together: see <see cref="Gpus"/>.</summary>
    public static ComputeDevice AllGpus { get; } = new() { IsTogether = true };

    /// <summary>The numbers of the GPUs, as <see cref="GpuDevices.All"/> has them; empty where none is named.</summary>
    public IReadOnlyList<int> Indices { get; private init; } = [];

    /// <summary>Whether it is the processor.</summary>
    public bool IsCpu { get; private init; }

    /// <summary>Whether GPUs train one network together, in shards of each batch, were it only one.</summary>
    public bool IsTogether { get; private init; }

    /// <summary>Floating-point operations of a training from which on a GPU is taken where none is named; null for <see cref="GpuThreshold"/>'s.</summary>
    public double? Threshold { get; private init; }

    /// <summary>A GPU. Where it can't be used, training fails, or goes on on the processor with <see cref="MLContext.FallbackToCpu"/>.</summary>
    /// <param name="index">Its number, from 0: see <see cref="GpuDevices.All"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="index"/> is below 0.</exception>
    public static ComputeDevice Gpu(int index = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        return new() { Indices = [index] };
    }

    /// <summary>
    /// GPUs that train one network together: every batch is cut into <see cref="TrainingOptions.Shards"/>, each GPU computes some of them, and their gradients are added up in one order, so that GPUs of one kind give the same bits in any
    /// number, one included. Of an ensemble each GPU trains members of its own. Where one of them can't be used, training fails, or goes on on the processor with <see cref="MLContext.FallbackToCpu"/>.
    /// </summary>
    /// <param name="indices">Their numbers, from 0: see <see cref="GpuDevices.All"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is below 0.</exception>
    /// <exception cref="ArgumentException">There is no number, or one of them twice.</exception>
    public static ComputeDevice Gpus(params int[] indices)
    {
        ArgumentNullException.ThrowIfNull(indices);
        Array.ForEach(indices, index => ArgumentOutOfRangeException.ThrowIfNegative(index, nameof(indices)));
        return indices.Length > 0 && indices.Distinct().Count() == indices.Length
            ? new() { Indices = [.. indices], IsTogether = true }
            : throw new ArgumentException($"The GPUs are [{string.Join(", ", indices)}], but each must be named once, for example {nameof(Gpus)}(0, 1). {nameof(AllGpus)} takes all that are alike.", nameof(indices));
    }

    /// <summary><see cref="Auto"/> with another threshold.</summary>
    /// <param name="operations">Floating-point operations of a training from which on a GPU is taken, at least 0; see <see cref="GpuThreshold.OperationsOfARow"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="operations"/> is below 0 or NaN.</exception>
    public static ComputeDevice AutoAbove(double operations) =>
        operations >= 0 ? new() { Threshold = operations } : throw new ArgumentOutOfRangeException(nameof(operations), operations, "The threshold must be at least 0.");

    /// <inheritdoc/>
    public bool Equals(ComputeDevice? other) =>
        other is not null && IsCpu == other.IsCpu && IsTogether == other.IsTogether && Threshold.Equals(other.Threshold) && Indices.SequenceEqual(other.Indices);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(IsCpu, IsTogether, Threshold, Indices.Count, Indices.Sum());

    /// <inheritdoc/>
    public override string ToString() => this switch
    {
        { IsCpu: true } => nameof(Cpu),
        { IsTogether: true, Indices.Count: 0 } => nameof(AllGpus),
        { Indices.Count: > 0 } => $"{(IsTogether ? nameof(Gpus) : nameof(Gpu))}({string.Join(", ", Indices)})",
        { Threshold: null } => nameof(Auto),
        _ => string.Create(CultureInfo.InvariantCulture, $"{nameof(AutoAbove)}({Threshold:G})"),
    };
}
