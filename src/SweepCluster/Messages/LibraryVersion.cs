using System.Reflection;

namespace MLNet.GradientTrainers.Sweeps.Cluster;

/// <summary>The version of this library. A worker of another one may come to other bits, and the two may not read each other's messages.</summary>
internal static class LibraryVersion
{
    /// <summary>That of this process.</summary>
    public static string Own { get; } = typeof(LibraryVersion).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "";

    /// <summary>Why a worker can't be one; null where it is of the coordinator's version.</summary>
    /// <param name="worker">The worker's version.</param>
    /// <param name="coordinator">The coordinator's; empty where it told none, as it is older than that.</param>
    public static string? Refusal(string worker, string coordinator) => worker == coordinator
        ? null
        : $"it has version {worker} of MLNet.GradientTrainers, and the coordinator {(coordinator.Length > 0 ? coordinator : "an older one")}. Give both the same.";
}
