namespace MLNet.GradientTrainers.Kernels;

/// <summary>Processes that train together can't go on: one of them has failed, ended or fallen silent, or they differ in what they were given. The message names it.</summary>
public sealed class CommunicationException : InvalidOperationException
{
    /// <summary>Creates an exception with a message.</summary>
    public CommunicationException(string message)
        : base(message)
    {
    }

    /// <summary>Creates an exception with a message and its cause.</summary>
    public CommunicationException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <summary>Creates an exception without a message of its own.</summary>
    public CommunicationException()
    {
    }

    /// <summary>The process that failed, ended or fell silent; null where that is not known, or all are to blame.</summary>
    public int? Rank { get; init; }
}
