using Microsoft.Extensions.Logging;

namespace MLNet.GradientTrainers.Hosting;

/// <summary>
/// Calls a method when a file may have changed: written, replaced by rename, deleted, made again, its time set in either direction, a link on its way turned. The system's watcher tells at once
/// what it sees; what it does not, a look from time to time finds. The method compares contents itself, so that being called too often costs a reading of the file.
/// </summary>
internal sealed class FileWatch : IDisposable
{
    /// <summary>Files up to this length are read at each look, so that one of the same length and time is found too; longer ones when something tells of a change.</summary>
    private const long AlwaysReadLength = 64 << 20;

    /// <summary>How long a file must be quiet before it is read.</summary>
    private static readonly TimeSpan Quiet = TimeSpan.FromMilliseconds(50);

    /// <summary>How long a file that is never quiet is waited for.</summary>
    private static readonly TimeSpan LongestUnrest = TimeSpan.FromSeconds(10);

    private readonly string _path;
    private readonly TimeSpan _interval;
    private readonly Action _changed;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _stop = new();
    private readonly SemaphoreSlim _told = new(0, 1);
    private readonly Task _loop;
    private FileSystemWatcher? _watcher;
    private bool _isNotToldLogged;

    /// <param name="path">The file, as a full path; need not exist, nor its folder.</param>
    /// <param name="interval">Between looks.</param>
    /// <param name="changed">Called on one thread at a time.</param>
    /// <param name="logger">Hears of what fails.</param>
    public FileWatch(string path, TimeSpan interval, Action changed, ILogger logger)
    {
        (_path, _interval, _changed, _logger) = (path, interval, changed, logger);
        Listen();
        _loop = Task.Run(RunAsync);
    }

    public void Dispose()
    {
        if (!_stop.IsCancellationRequested)
        {
            _stop.Cancel();
            _loop.Wait();
            _watcher?.Dispose();
            _stop.Dispose();
        }
    }

    private async Task RunAsync()
    {
        // What changed between the loading and the listening is found now.
        var seen = default(FileState);
        bool wasTold = true;
        try
        {
            while (true)
            {
                if (wasTold)
                {
                    await SettleAsync().ConfigureAwait(false);
                }

                var state = FileState.Of(_path);
                if (wasTold || state != seen || state.Length <= AlwaysReadLength)
                {
                    if (!wasTold && state != seen)
                    {
                        // The watcher has missed it, perhaps because its folder is another one now.
                        _watcher?.Dispose();
                        _watcher = null;
                    }

                    Call();
                }

                seen = state;
                Listen();
                wasTold = await _told.WaitAsync(_interval, _stop.Token).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException)
        {
            // Disposed.
        }
    }

    private void Call()
    {
        try
        {
            _changed();
        }
        catch (Exception exception)
        {
            ModelLog.LookFailed(_logger, exception, _path);
        }
    }

    private async Task SettleAsync()
    {
        long end = Environment.TickCount64 + (long)LongestUnrest.TotalMilliseconds;
        FileState before;
        var now = FileState.Of(_path);
        do
        {
            await Task.Delay(Quiet, _stop.Token).ConfigureAwait(false);
            (before, now) = (now, FileState.Of(_path));
        }
        while (now != before && Environment.TickCount64 < end);
    }

    private void Listen()
    {
        string folder = Path.GetDirectoryName(_path)!;
        if (_watcher is not null || !Directory.Exists(folder))
        {
            return;
        }

        try
        {
            var watcher = new FileSystemWatcher(folder)
            {
                NotifyFilter = NotifyFilters.FileName | NotifyFilters.DirectoryName | NotifyFilters.LastWrite | NotifyFilters.Size | NotifyFilters.CreationTime | NotifyFilters.Attributes,
            };
            watcher.Created += (_, change) => Tell(change.Name);
            watcher.Changed += (_, change) => Tell(change.Name);
            watcher.Deleted += (_, change) => Tell(change.Name);
            watcher.Renamed += (_, change) =>
            {
                Tell(change.Name);
                Tell(change.OldName);
            };
            watcher.Error += (_, _) => Tell(null);
            watcher.EnableRaisingEvents = true;
            _watcher = watcher;
        }
        catch (Exception exception) when (exception is IOException or ArgumentException or UnauthorizedAccessException or PlatformNotSupportedException)
        {
            if (!_isNotToldLogged)
            {
                _isNotToldLogged = true;
                ModelLog.NotTold(_logger, _path, exception.Message);
            }
        }
    }

    /// <param name="name">What changed in the folder; null where that is not known.</param>
    private void Tell(string? name)
    {
        // A link's file is elsewhere: where Kubernetes replaces a folder of settings, only another name changes here.
        if (name is null || name == Path.GetFileName(_path) || new FileInfo(_path).LinkTarget is not null)
        {
            try
            {
                _told.Release();
            }
            catch (SemaphoreFullException)
            {
                // A look is due already.
            }
        }
    }
}
