using Microsoft.ML;
using Microsoft.ML.Runtime;

namespace MLNet.GradientTrainers.Bridge;

/// <summary>What a host of an <c>MLContext</c> tells only to ML.NET's own components.</summary>
public static class Hosts
{
    /// <summary>Whether the context's execution was cancelled, as AutoML does when its time is over. ML.NET tells nobody: it has to be asked.</summary>
    /// <param name="host">A component's host, registered before or after the cancellation.</param>
    public static bool IsCancelled(IHostEnvironment host) => host is ICancelable { IsCanceled: true };

    /// <summary>Cancels the execution of a context, as AutoML does when its time is over: built-in trainers stop, as ours do.</summary>
    /// <param name="context">The context, which is of no use afterwards.</param>
    public static void Cancel(MLContext context) => context.CancelExecution();

    /// <summary>The GPU that the context named before the component was made; null for none.</summary>
    /// <param name="host">A component's host.</param>
    public static int? GpuDeviceId(IHostEnvironment host) => (host as IHostEnvironmentInternal)?.GpuDeviceId;

    /// <summary>Whether, by the context, the processor takes over where a GPU can't be used.</summary>
    /// <param name="host">A component's host.</param>
    public static bool FallsBackToCpu(IHostEnvironment host) => host is IHostEnvironmentInternal { FallbackToCpu: true };
}
