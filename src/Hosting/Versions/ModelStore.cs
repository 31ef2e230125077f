using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.ML;

namespace MLNet.GradientTrainers.Hosting;

/// <summary>
/// Versions of a model in a folder. One of them is current: it lies at <see cref="CurrentPath"/>, which a service watches, and is replaced as a whole: whoever reads it, whenever a process ends and however full the
/// disk is, finds the model of before or the new one. Several processes may publish to one folder at once.
/// </summary>
/// <remarks>
/// <para>
/// Works with models of any trainer of ML.NET. <c>AddGradientModel(…).FromFile(store.CurrentPath, watchForChanges: true)</c> serves the current version, and so does ML.NET's own PredictionEnginePool.
/// </para>
/// <para>
/// What a killed publisher left is removed when the store is next opened. A current file that is lost or damaged is then put back from the version's own file; a whole model that somebody else put in its place
/// becomes a version of its own.
/// </para>
/// </remarks>
/// <example><code>
/// var store = ModelStore.Open("models/digits");
/// ModelVersion version = store.Publish(model, train.Schema, new ModelVersionDetails { Seed = 1, Notes = "first" });
/// store.Activate(version.Number - 1);     // rollback
/// </code></example>
public sealed class ModelStore
{
    private readonly StoreFolder _folder;
    private readonly ModelStoreOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly CurrentModel _current;

    private ModelStore(StoreFolder folder, ModelStoreOptions options, TimeProvider time, ILogger logger)
    {
        _folder = folder;
        _options = options;
        _time = time;
        _logger = logger;
        _current = new CurrentModel(folder);
    }

    /// <summary>The folder, as a full path.</summary>
    public string Folder => _folder.Path;

    /// <summary>The file with the current model, <c>current.zip</c> in <see cref="Folder"/>; there is none before the first version is activated.</summary>
    public string CurrentPath => _folder.Current;

    /// <summary>The version at <see cref="CurrentPath"/>; null when there is none, or a model that is no version of the store.</summary>
    /// <exception cref="IOException">The folder can't be read.</exception>
    public ModelVersion? Current => List().FirstOrDefault(version => version.IsCurrent);

    /// <summary>The content of the current file; null for none.</summary>
    internal string? CurrentSha256 => _current.Sha256();

    /// <summary>Opens a store, and mends what a crash or somebody else left in its folder; where the folder may not be written, it is read as it is.</summary>
    /// <param name="folder">The folder; it is made where it is missing.</param>
    /// <param name="options">How versions are kept; null for the defaults.</param>
    /// <param name="timeProvider">The clock of <see cref="ModelVersion.PublishedAt"/>; null for the system's.</param>
    /// <param name="logger">Told of versions that are published, activated and removed, and of what was mended; null for nobody.</param>
    /// <exception cref="IOException">The folder can't be made or read.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder may not be made or read.</exception>
    public static ModelStore Open(string folder, ModelStoreOptions? options = null, TimeProvider? timeProvider = null, ILogger<ModelStore>? logger = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        options ??= new ModelStoreOptions();
        options.Validate();
        var files = new StoreFolder(folder);
        files.ThrowIfFile();
        var store = new ModelStore(files, options, timeProvider ?? TimeProvider.System, (ILogger?)logger ?? NullLogger.Instance);
        Directory.CreateDirectory(files.Versions);
        new StoreRepair(files, store._current, options.LockTimeout, store._time, store._logger).Run();
        return store;
    }

    /// <summary>All versions, the newest first.</summary>
    /// <exception cref="IOException">The folder can't be read.</exception>
    public IReadOnlyList<ModelVersion> List()
    {
        // The current file first: what it was published as is then among the versions.
        string? current = _current.Sha256();
        var versions = StoredVersion.All(_folder);
        int number = _current.VersionOf(current, versions);
        return [.. versions.Select(version => version with { IsCurrent = version.Number == number })];
    }

    /// <summary>A version by its number; null when there is none.</summary>
    public ModelVersion? Find(int number) => List().FirstOrDefault(version => version.Number == number);

    /// <summary>Publishes a model as a new version.</summary>
    /// <param name="model">The model.</param>
    /// <param name="inputSchema">The schema of the data that it takes; null for unknown.</param>
    /// <param name="details">What to tell of it; null for nothing.</param>
    /// <param name="activate">Whether the version becomes the current one. Default: it does.</param>
    /// <returns>The version.</returns>
    /// <exception cref="IOException">Writing failed, for example because the disk is full: nothing is published, and the current version goes on serving. Or another process publishes for longer than <see cref="ModelStoreOptions.LockTimeout"/>.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder may not be written.</exception>
    public ModelVersion Publish(ITransformer model, DataViewSchema? inputSchema, ModelVersionDetails? details = null, bool activate = true)
    {
        ArgumentNullException.ThrowIfNull(model);
        return Publish(stream => new MLContext().Model.Save(model, inputSchema, stream), details, activate);
    }

    /// <summary>Publishes the model in a file as a new version.</summary>
    /// <param name="path">A model file of ML.NET. It stays as it is.</param>
    /// <param name="details">What to tell of it; null for nothing.</param>
    /// <param name="activate">Whether the version becomes the current one. Default: it does.</param>
    /// <returns>The version.</returns>
    /// <exception cref="InvalidDataException">The file is no whole model file.</exception>
    /// <inheritdoc cref="Publish(ITransformer, DataViewSchema, ModelVersionDetails, bool)" path="/exception"/>
    public ModelVersion PublishFile(string path, ModelVersionDetails? details = null, bool activate = true)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (new ModelArchive(path).Problem() is { } problem)
        {
            throw new InvalidDataException($"{problem} Nothing was published.");
        }

        return Publish(stream => SharedFile.Copy(path, stream), details, activate);
    }

    /// <summary>Makes a version the current one: a rollback, or the activation of a version that was published without.</summary>
    /// <param name="number">Its number.</param>
    /// <returns>The version.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There is no such version.</exception>
    /// <exception cref="InvalidDataException">The version's file was damaged after it was published. The current version stays.</exception>
    /// <exception cref="IOException">Writing failed, for example because the disk is full. The current version stays.</exception>
    public ModelVersion Activate(int number)
    {
        using var held = Hold();
        var version = StoredVersion.All(_folder).FirstOrDefault(version => version.Number == number)
            ?? throw new ArgumentOutOfRangeException(nameof(number), number, $"There is no version {number} in '{Folder}': {Known()}.");
        if (StoredVersion.Problem(version) is { } problem)
        {
            throw new InvalidDataException($"Version {number} was not activated. {problem} Activate another version, or publish the model again.");
        }

        try
        {
            _current.Replace(version);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new IOException($"Version {number} was not activated, and {Serving()} goes on serving: {exception.Message}", exception);
        }

        _logger.Activated(version.Number, Folder);
        return version with { IsCurrent = true };
    }

    /// <summary>Publishes a model and activates it, unless the current file is not the expected one any more.</summary>
    /// <returns>The version; null where another process has published or activated one meanwhile.</returns>
    internal ModelVersion? PublishAfter(string? expected, ITransformer model, DataViewSchema? inputSchema, ModelVersionDetails details)
    {
        using var held = Hold();
        return CurrentSha256 == expected ? PublishHeld(stream => new MLContext().Model.Save(model, inputSchema, stream), details, activate: true) : null;
    }

    private ModelVersion Publish(Action<Stream> write, ModelVersionDetails? details, bool activate)
    {
        using var held = Hold();
        return PublishHeld(write, details, activate);
    }

    private ModelVersion PublishHeld(Action<Stream> write, ModelVersionDetails? details, bool activate)
    {
        int number = _folder.NextNumber();
        ModelVersion version;
        try
        {
            version = StoredVersion.Add(_folder, number, write, details ?? new ModelVersionDetails(), _time.GetUtcNow());
            if (activate)
            {
                _current.Replace(version);
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // It is there where only its activation failed.
            StoredVersion.Remove(_folder, number);
            throw new IOException($"Version {number} was not published, and {Serving()} goes on serving: {exception.Message}", exception);
        }

        _logger.Published(number, Folder, version.Length, activate);
        RemoveOld();
        return version with { IsCurrent = activate };
    }

    /// <summary>Removes all but the newest versions and the current one.</summary>
    private void RemoveOld()
    {
        foreach (var version in List().Skip(_options.KeptVersions).Where(version => !version.IsCurrent))
        {
            if (StoredVersion.Remove(_folder, version.Number))
            {
                _logger.Removed(version.Number, Folder, _options.KeptVersions);
            }
        }
    }

    private StoreLock Hold() => StoreLock.Take(_folder.Lock, _options.LockTimeout)
        ?? throw new IOException($"Another process has been publishing to '{Folder}' for {_options.LockTimeout.TotalSeconds:0.#} seconds. Try again, or raise {nameof(ModelStoreOptions)}.{nameof(ModelStoreOptions.LockTimeout)}.");

    private string Serving() => Current is { } current ? $"version {current.Number}" : "what was there before";

    private string Known() => List() is { Count: > 0 } versions ? $"it has {string.Join(", ", versions.Select(version => version.Number))}" : "it has none yet";
}
