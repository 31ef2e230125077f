namespace MLNet.GradientTrainers.Hosting;

/// <summary>More requests wait for a batch than <see cref="BatchingOptions.QueueCapacity"/> allows. In a web service: status 429 or 503.</summary>
public sealed class BatchQueueFullException : InvalidOperationException
{
    /// <summary>Creates the exception.</summary>
    public BatchQueueFullException()
    {
    }

    /// <summary>Creates the exception.</summary>
    /// <param name="message">Which queue is full.</param>
    public BatchQueueFullException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception.</summary>
    /// <param name="message">Which queue is full.</param>
    /// <param name="innerException">Why.</param>
    public BatchQueueFullException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
