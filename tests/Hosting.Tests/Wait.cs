namespace MLNet.GradientTrainers.Hosting.Tests;

/// <summary>Waits for what other threads bring about. The limit ends a test that would wait for good; no test depends on how fast it goes.</summary>
internal static class Wait
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    public static void Until(Func<bool> isSo, string what)
    {
        long end = Environment.TickCount64 + (long)Limit.TotalMilliseconds;
        while (!isSo())
        {
            Assert.IsLessThan(end, Environment.TickCount64, $"Waited too long until {what}.");
            Thread.Sleep(5);
        }
    }

    public static async Task<T> For<T>(Task<T> task) => await task.WaitAsync(Limit);
}
