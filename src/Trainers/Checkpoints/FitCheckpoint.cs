using System.Globalization;
using Microsoft.ML.Runtime;
using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers;

/// <summary>The checkpoint of one call of a trainer: the file that it goes on from, what it must have in common with it, and the file that it writes.</summary>
internal sealed class FitCheckpoint : IDisposable
{
    private static readonly HashSet<string> InUse = [];

    private readonly string _path;
    private readonly string _trainer;
    private readonly string _fullPath;
    private readonly ITrainerInput _options;
    private readonly Lock _gate = new();
    private CheckpointFile? _file;
    private int _seed;
    private IChannel? _channel;
    private string? _warned;
    private bool _isCompared;
    private bool _isCancelled;
    private CheckpointFacts _facts = new();

    private FitCheckpoint(string trainer, ITrainerInput options, string fullPath) => (_trainer, _options, _path, _fullPath) = (trainer, options, options.CheckpointPath!, fullPath);

    /// <summary>The seed of the fit that left the file; null where there is none.</summary>
    public int? Seed => _file?.Seed;

    /// <summary>Whether a training has gone on from a state or left one, so that it can't begin again elsewhere.</summary>
    public bool WasUsed { get; private set; }

    /// <summary>What is known of the fit before it trains: its data.</summary>
    public CheckpointFacts Data { get; } = new();

    /// <summary>Opens the checkpoint that the options name, or finds out that one can be written there; before rows are read.</summary>
    /// <exception cref="InvalidDataException">The file is no checkpoint, of a newer version, or damaged.</exception>
    /// <exception cref="InvalidOperationException">Another fit of this process writes the file.</exception>
    /// <exception cref="IOException">It can't be read or written.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be.</exception>
    public static FitCheckpoint? Open(string trainer, ITrainerInput options)
    {
        if (options.CheckpointPath is not { } path)
        {
            return null;
        }

        string full = Path.GetFullPath(path);
        lock (InUse)
        {
            if (!InUse.Add(full))
            {
                throw new InvalidOperationException($"Another fit of this process keeps its checkpoint in '{path}'. Give each a {nameof(ITrainerInput.CheckpointPath)} of its own.");
            }
        }

        var checkpoint = new FitCheckpoint(trainer, options, full);
        try
        {
            AtomicFile.Check(path);
            checkpoint._file = File.Exists(path) ? CheckpointFile.Open(path) : null;
            return checkpoint;
        }
        catch
        {
            checkpoint.Dispose();
            throw;
        }
    }

    /// <summary>Takes what the fit tells its user by, and its seed.</summary>
    public void Begin(IChannel channel, int seed) => (_channel, _seed) = (channel, seed);

    /// <summary>Compares the fit with the one that left the file, before it trains.</summary>
    /// <param name="asked">Adds what the fit was asked for, beside its data: differences of these are named first.</param>
    /// <param name="chosen">Adds what it has chosen by that. Another version of this library may choose otherwise.</param>
    /// <param name="mayBeLonger">Whether it may have more epochs than that one.</param>
    /// <exception cref="InvalidDataException">They differ; the message names the difference.</exception>
    public void Compare(Action<CheckpointFacts> asked, Action<CheckpointFacts> chosen, bool mayBeLonger)
    {
        _isCompared = true;
        _facts = new CheckpointFacts();
        _facts.Add("trainer", _trainer);
        asked(_facts);
        _facts.Add("seed", _seed.ToString(CultureInfo.InvariantCulture));
        _facts.Add(Data);
        chosen(_facts);
        if (_file is null)
        {
            return;
        }

        if (_facts.DifferenceTo(_file.Facts, mayBeLonger) is { } difference)
        {
            throw new InvalidDataException(
                $"{_trainer} can't go on from the checkpoint '{_path}': {difference}. Nothing was changed. Make the two agree; delete the file to start anew; or give another {nameof(ITrainerInput.CheckpointPath)}.");
        }

        _channel?.Info(MessageSensitivity.None, string.Create(CultureInfo.InvariantCulture, $"Goes on from the checkpoint '{_path}', written {File.GetLastWriteTime(_path):yyyy-MM-dd HH:mm:ss}."));
    }

    /// <summary>For the fit's only training.</summary>
    public ICheckpointStore Single() => new SingleCheckpoint(this, NewClock());

    /// <summary>For several trainings.</summary>
    public MemberCheckpoints Members()
    {
        var states = new Dictionary<(int Candidate, int Member), byte[]>();
        foreach (var key in _file?.Keys ?? [])
        {
            using var stream = _file!.State(key)!;
            byte[] state = new byte[stream.Length];
            stream.ReadExactly(state);
            states.Add(key, state);
        }

        Close();
        return new MemberCheckpoints(this, states);
    }

    public CheckpointClock NewClock() => new(_options.CheckpointEveryEpochs, _options.CheckpointEverySeconds);

    /// <summary>Whether the file is written after epochs, however fast they are.</summary>
    public bool GoesByEpochs => _options.CheckpointEveryEpochs is not null;

    /// <summary>The state of the only training, where there is one. Disposing of it closes the file.</summary>
    public Stream? State()
    {
        var stream = _file?.State((0, 0));
        WasUsed |= stream is not null;
        return stream;
    }

    /// <summary>Notes that a training goes on from a state.</summary>
    public void Use() => WasUsed = true;

    /// <summary>The engine refuses a state that has passed all else.</summary>
    public InvalidDataException Refuse(FormatException cause) => CheckpointFile.Damaged(_path, cause.Message, cause);

    public void Write(Action<Stream> state) => Write(() => CheckpointFile.Write(_path, _seed, _facts.All, state));

    public void Write(IReadOnlyDictionary<(int Candidate, int Member), byte[]> states) => Write(() => CheckpointFile.Write(_path, _seed, _facts.All, states));

    /// <summary>Tells that the state is not kept, the same reason once.</summary>
    public void Warn(Exception reason)
    {
        if (_warned != reason.Message)
        {
            _warned = reason.Message;
            _channel?.Warning(MessageSensitivity.None, $"The checkpoint is not written, training goes on: {reason.Message}");
        }
    }

    /// <summary>The fit ends early, and returns what it has: the file stays.</summary>
    public void Cancel() => _isCancelled = true;

    /// <summary>The fit is done: what it could go on from goes.</summary>
    public void Complete()
    {
        Close();
        if (_isCancelled || !_isCompared)
        {
            return;
        }

        try
        {
            File.Delete(_path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            _channel?.Warning(MessageSensitivity.None, $"The fit is complete, but its checkpoint '{_path}' can't be removed: {exception.Message} Remove it: the next fit would go on from it.");
        }
    }

    public void Dispose()
    {
        Close();
        lock (InUse)
        {
            InUse.Remove(_fullPath);
        }
    }

    private void Close()
    {
        _file?.Dispose();
        _file = null;
    }

    /// <summary>A checkpoint that can't be written, as on a full disk, is no reason to lose hours of training.</summary>
    private void Write(Action write)
    {
        lock (_gate)
        {
            WasUsed = true;
            Close();
            try
            {
                write();
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                Warn(exception);
            }
        }
    }
}
