using System.Runtime.InteropServices;
using MLNet.GradientTrainers.Samples.Output;

namespace MLNet.GradientTrainers.Samples.CommandLine;

/// <summary>
/// Listens to the signals that ask a process to end: Ctrl+C, that of <c>kill</c>, and the end of the terminal. The run is cancelled, so that it leaves no parts of files and
/// the terminal as it was; where it does not end within some seconds, or is asked again, the process ends all the same, its lock and a folder made for nothing removed.
/// </summary>
internal sealed class Interruption : IDisposable
{
    /// <summary>What shells add to the number of a signal.</summary>
    private const int SignalBase = 128;

    private static readonly Dictionary<PosixSignal, int> Numbers = new() { [PosixSignal.SIGHUP] = 1, [PosixSignal.SIGINT] = 2, [PosixSignal.SIGTERM] = 15 };

    private readonly CancellationTokenSource _source = new();
    private readonly CancellationTokenSource _ended = new();
    private readonly Terminal _terminal;
    private readonly PosixSignalRegistration[] _registrations;
    private volatile OutputFiles? _files;
    private int _number;

    /// <summary>Begins to listen.</summary>
    /// <param name="terminal">What is restored when the process ends without the run.</param>
    public Interruption(Terminal terminal)
    {
        _terminal = terminal;
        _registrations = [.. Numbers.Keys.Select(signal => PosixSignalRegistration.Create(signal, Handle))];
    }

    /// <summary>How long the run may take to end.</summary>
    public TimeSpan Patience { get; set; } = Sample.UsualPatience;

    /// <summary>Cancelled by the first signal.</summary>
    public CancellationToken Token => _source.Token;

    /// <summary>The exit code that tells of the signal: 130 after Ctrl+C, 143 after kill, 129 after the end of the terminal.</summary>
    public int ExitCode => SignalBase + (_number == 0 ? Numbers[PosixSignal.SIGINT] : _number);

    /// <summary>The files of the run, once it has some: left to other runs when the process ends without it.</summary>
    public OutputFiles? Files
    {
        get => _files;
        set => _files = value;
    }

    /// <summary>Listens no longer.</summary>
    public void Dispose()
    {
        foreach (var registration in _registrations)
        {
            registration.Dispose();
        }

        _ended.Cancel();
    }

    private void Handle(PosixSignalContext context)
    {
        context.Cancel = true;
        if (Interlocked.CompareExchange(ref _number, Numbers[context.Signal], 0) != 0)
        {
            End();
        }

        _ = Task.Delay(Patience, _ended.Token).ContinueWith(_ => End(), _ended.Token, TaskContinuationOptions.OnlyOnRanToCompletion, TaskScheduler.Default);
        _ = _source.CancelAsync();
    }

    private void End()
    {
        _terminal.Restore();
        try
        {
            _files?.Dispose();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The folder is in use or gone: the process ends all the same.
        }

        Environment.Exit(ExitCode);
    }
}
