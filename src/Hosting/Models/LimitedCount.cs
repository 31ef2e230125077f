namespace MLNet.GradientTrainers.Hosting;

/// <summary>A count that several threads raise, up to a limit.</summary>
internal static class LimitedCount
{
    /// <summary>Counts one more; false where there are as many as may be.</summary>
    public static bool TryRaise(ref int count, int limit)
    {
        int seen = Volatile.Read(ref count);
        while (seen < limit)
        {
            int before = Interlocked.CompareExchange(ref count, seen + 1, seen);
            if (before == seen)
            {
                return true;
            }

            seen = before;
        }

        return false;
    }
}
