namespace MLNet.GradientTrainers.Hosting;

/// <summary>There is no model yet to predict with; see <see cref="GradientModelOptions.WaitForFile"/>.</summary>
public sealed class GradientModelNotLoadedException : InvalidOperationException
{
    /// <summary>Creates the exception.</summary>
    public GradientModelNotLoadedException()
    {
    }

    /// <summary>Creates the exception.</summary>
    /// <param name="message">What is missing.</param>
    public GradientModelNotLoadedException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception.</summary>
    /// <param name="message">What is missing.</param>
    /// <param name="innerException">Why.</param>
    public GradientModelNotLoadedException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
