namespace MLNet.GradientTrainers.Hosting;

/// <summary>How a <see cref="ModelStore"/> keeps its versions.</summary>
public sealed class ModelStoreOptions
{
    /// <summary>The newest versions that are kept, at least 1; older ones are removed when a new one is published. The current version is kept beside them, however old. Default: 5.</summary>
    public int KeptVersions { get; set; } = 5;

    /// <summary>How long to wait for another process that is publishing to the same folder, above 0. Default: 30 seconds.</summary>
    public TimeSpan LockTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    internal void Validate()
    {
        if (KeptVersions < 1)
        {
            throw new ArgumentOutOfRangeException(null, $"{nameof(ModelStoreOptions)}.{nameof(KeptVersions)} is {KeptVersions}, but it must be at least 1: the versions to keep for a rollback.");
        }

        if (LockTimeout <= TimeSpan.Zero)
        {
            throw new ArgumentOutOfRangeException(null, $"{nameof(ModelStoreOptions)}.{nameof(LockTimeout)} is {LockTimeout}, but it must be above 0, for example 30 seconds.");
        }
    }
}
