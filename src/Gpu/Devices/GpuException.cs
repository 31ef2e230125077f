namespace MLNet.GradientTrainers.Kernels.Gpu;

/// <summary>What went wrong with a device.</summary>
public enum GpuFailure
{
    /// <summary>There is no such device.</summary>
    NotFound,

    /// <summary>The device can't be opened, or lacks something that is needed.</summary>
    NotUsable,

    /// <summary>The device computes wrong results.</summary>
    WrongResults,

    /// <summary>A kernel could not be compiled for it.</summary>
    NotCompiled,

    /// <summary>Its memory does not suffice.</summary>
    OutOfMemory,

    /// <summary>It failed while it was computing: lost, reset, or taken away.</summary>
    Lost,
}

/// <summary>A device could not be used, or failed. Nothing on the processor's side is changed by it: a network trained before keeps its weights.</summary>
public sealed class GpuException : Exception
{
    /// <summary>Creates the error.</summary>
    /// <param name="failure">What went wrong.</param>
    /// <param name="message">The same in words, and what to do.</param>
    /// <param name="inner">The driver's error, if any.</param>
    public GpuException(GpuFailure failure, string message, Exception? inner = null)
        : base(message, inner) =>
        Failure = failure;

    /// <summary>What went wrong.</summary>
    public GpuFailure Failure { get; }

    /// <summary>What is said of each failure's remedy.</summary>
    internal static string Remedy => "Train on the processor (Device = ComputeDevice.Cpu), or on another device.";
}
