using System.Reflection;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.AutoML;

/// <summary>What the real package does with contexts as a friend of ML.NET's assemblies.</summary>
internal static class Contexts
{
    private static readonly MethodInfo CancelExecution = typeof(MLContext).GetMethod("CancelExecution", BindingFlags.Instance | BindingFlags.NonPublic | BindingFlags.Public);
    private static readonly PropertyInfo SeedProperty = typeof(IHostEnvironment).Assembly.GetType("Microsoft.ML.Runtime.IHostEnvironmentInternal").GetProperty("Seed");

    public static void Cancel(MLContext context) => CancelExecution.Invoke(context, null);

    public static int? Seed(MLContext context) => (int?)SeedProperty.GetValue(context);

    /// <summary>A context for one trial.</summary>
    public static MLContext Child(MLContext context) => new(Seed(context)) { GpuDeviceId = context.GpuDeviceId, FallbackToCpu = context.FallbackToCpu, TempFilePath = context.TempFilePath };
}
