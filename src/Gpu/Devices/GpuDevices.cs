using System.Collections.Concurrent;
using System.Globalization;

namespace MLNet.GradientTrainers.Kernels.Gpu;

/// <summary>The machine's devices, and the one place that opens them.</summary>
public static class GpuDevices
{
    /// <summary>What the self-test of each device found, once for a process: null for right results.</summary>
    private static readonly ConcurrentDictionary<(GpuPlatform Platform, int Index), string?> s_tested = new();

    /// <summary>All devices, looked for once; none where no driver is installed.</summary>
    public static IReadOnlyList<GpuDevice> All => GpuPlatform.Current.Devices;

    /// <summary>Why there is no device; null where there is one.</summary>
    public static string? Problem => GpuPlatform.Current.Problem;

    /// <summary>The device that is taken where none is named: the one with the most multiprocessors, and no OpenCL driver of the processor; null for none.</summary>
    public static GpuDevice? Best => All.Where(device => !device.IsProcessor).OrderByDescending(device => device.Api == GpuApi.Cuda).ThenByDescending(device => device.Multiprocessors).FirstOrDefault();

    /// <summary>The devices that may train together where none is named: all that are what <see cref="Best"/> is, so that they compute alike and none waits for a slower one; none where there is no best one.</summary>
    public static IReadOnlyList<GpuDevice> AllLikeBest => Best is { } best ? [.. All.Where(device => device.Api == best.Api && device.Name == best.Name && !device.IsProcessor)] : [];

    /// <summary>Opens a device as a back end. The first time in a process a small training step on it is compared with the processor's, and a device whose results are wrong is refused.</summary>
    /// <param name="index">Its <see cref="GpuDevice.Index"/>.</param>
    /// <returns>The back end, to be disposed of.</returns>
    /// <exception cref="GpuException">There is no such device, or it can't be used.</exception>
    public static GpuBackend Open(int index)
    {
        GpuPlatform platform = GpuPlatform.Current;
        GpuDevice device = Find(platform, index);
        if (Problems(platform, device) is { } problem)
        {
            throw new GpuException(GpuFailure.WrongResults, $"GPU {index} ({device.Name}) {problem} {GpuException.Remedy}");
        }

        return OpenUntested(platform, device);
    }

    /// <summary>Compares a small training step on a device with the processor's, whether that has been done before or not.</summary>
    /// <param name="index">Its <see cref="GpuDevice.Index"/>.</param>
    /// <returns>What is wrong with the results; null for nothing.</returns>
    /// <exception cref="GpuException">There is no such device, or it can't be used at all.</exception>
    public static string? SelfTest(int index)
    {
        GpuPlatform platform = GpuPlatform.Current;
        GpuDevice device = Find(platform, index);
        s_tested.TryRemove((platform, index), out _);
        return Problems(platform, device);
    }

    private static GpuDevice Find(GpuPlatform platform, int index)
    {
        IReadOnlyList<GpuDevice> devices = platform.Devices;
        if (devices.Count == 0)
        {
            throw new GpuException(GpuFailure.NotFound, $"There is no GPU {index}: {platform.Problem}. Install the card's driver, or train on the processor (Device = ComputeDevice.Cpu).");
        }

        return (uint)index < (uint)devices.Count ? devices[index] : throw new GpuException(
            GpuFailure.NotFound,
            string.Create(CultureInfo.InvariantCulture, $"There is no GPU {index}. The GPUs of this machine: {string.Join(", ", devices.Select(device => $"{device.Index} ({device.Name})"))}."));
    }

    private static string? Problems(GpuPlatform platform, GpuDevice device)
    {
        if (s_tested.TryGetValue((platform, device.Index), out string? known))
        {
            return known;
        }

        using GpuBackend backend = OpenUntested(platform, device);
        string? problem;
        try
        {
            problem = platform.Test(backend);
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            // A loss that is no number is a wrong result as well.
            problem = backend.Explain(error) is { } explained ? throw explained : $"fails the self-test: {error.Message}";
        }

        s_tested[(platform, device.Index)] = problem;
        return problem;
    }

    private static GpuBackend OpenUntested(GpuPlatform platform, GpuDevice device) => new(GpuSessions.Take(platform, device));
}
