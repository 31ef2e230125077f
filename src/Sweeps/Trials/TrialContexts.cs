using Microsoft.ML;

namespace MLNet.GradientTrainers.Sweeps;

/// <summary>Contexts of trials: random numbers of their own, the device of the user's.</summary>
internal static class TrialContexts
{
    public static MLContext Create(MLContext users, int seed) => new(seed) { GpuDeviceId = users.GpuDeviceId, FallbackToCpu = users.FallbackToCpu };
}
