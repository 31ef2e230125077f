using System.Collections.Concurrent;

namespace MLNet.GradientTrainers.Kernels.Gpu;

/// <summary>
/// Open devices that nobody uses just now: one of each, with its compiled kernels, so that not every training compiles them again. A session belongs to one back end at a time.
/// </summary>
internal static class GpuSessions
{
    private static readonly ConcurrentDictionary<(GpuPlatform Platform, GpuDevice Device), GpuSession> s_idle = new();

    /// <summary>Takes the idle session of a device, or opens it.</summary>
    /// <exception cref="GpuException">It can't be opened.</exception>
    public static GpuSession Take(GpuPlatform platform, GpuDevice device)
    {
        if (s_idle.TryRemove((platform, device), out GpuSession? idle))
        {
            return idle;
        }

        try
        {
            GpuSession session = platform.Open(device);
            session.Home = (platform, device);
            return session;
        }
        catch (Exception error) when (error is not (GpuException or OutOfMemoryException))
        {
            throw new GpuException(GpuFailure.NotUsable, $"GPU {device.Index} ({device.Name}) can't be opened: {error.Message} {GpuException.Remedy}", error);
        }
    }

    /// <summary>Puts a session back, unless it is spoiled or there is one already: then it is closed.</summary>
    public static void Return(GpuSession session)
    {
        if (session.IsSpoiled || session.Home is not { } home || !s_idle.TryAdd(home, session))
        {
            session.Dispose();
        }
    }
}
