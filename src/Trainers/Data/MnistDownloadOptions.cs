namespace MLNet.GradientTrainers;

/// <summary>Settings of <see cref="Mnist.DownloadAsync"/>.</summary>
public sealed class MnistDownloadOptions
{
    /// <summary>Folders on servers that hold the files, tried in order; http or https. Default: <see cref="Mnist.Mirrors"/>.</summary>
    public IReadOnlyList<Uri> Mirrors { get; init; } = Mnist.Mirrors;

    /// <summary>The client to use, for instance one with a proxy; it is not disposed. Default: one of our own.</summary>
    public HttpClient? HttpClient { get; init; }

    /// <summary>Called as bytes arrive.</summary>
    public IProgress<MnistDownloadProgress>? Progress { get; init; }

    /// <summary>How often a mirror is asked for a file when it fails in a way that may pass; at least 1. Default 3.</summary>
    public int Attempts { get; init; } = 3;

    /// <summary>The pause before the second attempt; it doubles for each further one. Default 1 s.</summary>
    public TimeSpan RetryDelay { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>An attempt ends when nothing arrives for this long. Default 30 s.</summary>
    public TimeSpan StallTimeout { get; init; } = TimeSpan.FromSeconds(30);

    internal void Check()
    {
        ArgumentNullException.ThrowIfNull(Mirrors);
        if (Mirrors.Count == 0)
        {
            throw new ArgumentException("At least one mirror is needed.", nameof(Mirrors));
        }

        foreach (Uri mirror in Mirrors)
        {
            if (!mirror.IsAbsoluteUri || (mirror.Scheme != Uri.UriSchemeHttp && mirror.Scheme != Uri.UriSchemeHttps))
            {
                throw new ArgumentException($"A mirror must be an absolute http or https address, not '{mirror}'.", nameof(Mirrors));
            }
        }

        ArgumentOutOfRangeException.ThrowIfLessThan(Attempts, 1, nameof(Attempts));
        ArgumentOutOfRangeException.ThrowIfLessThan(RetryDelay, TimeSpan.Zero, nameof(RetryDelay));
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(StallTimeout, TimeSpan.Zero, nameof(StallTimeout));
    }
}
