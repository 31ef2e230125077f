namespace MLNet.GradientTrainers.Distributed;

/// <summary>MPI is not there, or can't begin: the message says why, and what to do.</summary>
public sealed class MpiException : Exception
{
    /// <summary>Creates an exception with a message.</summary>
    public MpiException(string message)
        : base(message)
    {
    }

    /// <summary>Creates an exception with a message and its cause.</summary>
    public MpiException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <summary>Creates an exception without a message of its own.</summary>
    public MpiException()
    {
    }
}
