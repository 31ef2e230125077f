namespace MLNet.GradientTrainers.Hosting;

/// <summary>Tidying up, whose failure changes nothing of what matters: the next opening tries again.</summary>
internal static class Tolerant
{
    /// <returns>Whether it succeeded.</returns>
    public static bool Try(Action action)
    {
        try
        {
            action();
            return true;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
