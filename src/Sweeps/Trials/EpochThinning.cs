namespace MLNet.GradientTrainers.Sweeps;

/// <summary>Which epochs' figures are kept: all up to 100, then those whose number has at most two digits that are not 0: 90 for each factor of ten.</summary>
internal static class EpochThinning
{
    private const int All = 100;

    public static bool Keeps(int epoch)
    {
        int unit = 1;
        while (epoch / unit >= All)
        {
            unit *= 10;
        }

        return epoch % unit == 0;
    }
}
