using Microsoft.ML.Runtime;

namespace MLNet.GradientTrainers.Bridge;

/// <summary>What a host of an <c>MLContext</c> tells only to ML.NET's own components.</summary>
public static class Hosts
{
    /// <summary>Whether the context's execution was cancelled, as AutoML does when its time is over. ML.NET tells nobody: it has to be asked.</summary>
    /// <param name="host">A component's host, registered before or after the cancellation.</param>
    public static bool IsCancelled(IHostEnvironment host) => host is ICancelable { IsCanceled: true };
}
