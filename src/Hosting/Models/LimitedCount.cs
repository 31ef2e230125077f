namespace MLNet.GradientTrainers.Hosting;

/// <summary>A count that several threads raise, up to a limit or from one on.</summary>
internal static class LimitedCount
{
    /// <summary>Counts one more where there are more than so many; false where there are not.</summary>
    public static bool TryRaiseAbove(ref int count, int least)
    {
        int seen = Volatile.Read(ref count);
        while (seen > least)
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
