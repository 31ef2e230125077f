namespace MLNet.GradientTrainers.Hosting;

/// <summary>A request that waits for its batch, and whoever waits for it.</summary>
/// <param name="input">The row.</param>
/// <param name="began">When it came, for the metrics; 0 where nobody asks.</param>
internal sealed class BatchRequest<TIn, TOut>(TIn input, long began) : TaskCompletionSource<TOut>(TaskCreationOptions.RunContinuationsAsynchronously)
{
    private CancellationTokenRegistration _cancellation;

    public TIn Input => input;

    public long Began => began;

    /// <summary>The version of the model that answered; null before, and where none did.</summary>
    public string? Version { get; private set; }

    /// <summary>Gives the request up when the token says so. Called before anybody else has the request.</summary>
    public void CancelWith(CancellationToken token)
    {
        if (token.CanBeCanceled)
        {
            _cancellation = token.UnsafeRegister(static (request, token) => ((BatchRequest<TIn, TOut>)request!).TrySetCanceled(token), this);
        }
    }

    public void Complete(TOut? output, string? version, Exception? failure)
    {
        Version = version;
        _cancellation.Unregister();
        if (failure is null)
        {
            TrySetResult(output!);
        }
        else
        {
            TrySetException(failure);
        }
    }

    /// <summary>Ends a request that never came into the queue, and that nobody waits for.</summary>
    public void Abandon()
    {
        _cancellation.Unregister();
        TrySetCanceled(CancellationToken.None);
    }
}
