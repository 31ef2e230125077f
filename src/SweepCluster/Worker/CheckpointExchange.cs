namespace MLNet.GradientTrainers.Sweeps.Cluster;

/// <summary>
/// Brings checkpoints of trials to the worker that goes on with them. Trainers keep them in a folder of the worker's own; each that has changed goes into the sweep's store, one for each fold and trainer of a trial,
/// in place of the one of before, and is gone when the trial is over. In a folder that all workers share nothing needs to be brought. What an old attempt still sends does no harm, as all attempts at a trial come to the
/// same bits, as long as no checkpoint is behind an epoch that the coordinator has not taken: whoever went on from it would not tell that epoch either.
/// </summary>
internal sealed class CheckpointExchange : IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly ISweepStore? _store;
    private readonly string? _own;
    private readonly long _mostBytes;
    private readonly Action<string>? _tell;

    /// <param name="options">The worker.</param>
    /// <param name="store">The sweep's store.</param>
    public CheckpointExchange(SweepWorkerOptions options, ISweepStore store)
    {
        (_mostBytes, _tell) = (options.MostCheckpointBytes, options.OnEvent);
        if (options.CheckpointFolder is { } shared)
        {
            Path = System.IO.Path.Combine(Directory.CreateDirectory(shared).FullName, options.Name);
        }
        else
        {
            _store = store;
            _own = Directory.CreateTempSubdirectory("sweep-worker-").FullName;
            Path = System.IO.Path.Combine(_own, "sweep");
        }
    }

    /// <summary>What the paths of checkpoints begin with that are not exchanged.</summary>
    public string Path { get; }

    /// <summary>Fetches what there is of a trial, and sends what becomes of it.</summary>
    public Trial Begin(TrialOrder order) => new(this, order);

    public void Dispose()
    {
        if (_own is not null)
        {
            Directory.Delete(_own, recursive: true);
        }
    }

    /// <summary>The checkpoints of one attempt.</summary>
    internal sealed class Trial : IDisposable
    {
        private readonly Lock _gate = new();
        private readonly CheckpointExchange _exchange;
        private readonly int _number;
        private readonly TrialCheckpoints _files;
        private readonly Timer? _timer;
        private readonly Dictionary<string, (DateTime Time, long Length)> _sent = [];
        private bool _isOver;

        public Trial(CheckpointExchange exchange, TrialOrder order)
        {
            (_exchange, _number) = (exchange, order.Trial);

            // An old attempt at the trial may still run here: its files are not these.
            Path = exchange._own is { } own ? System.IO.Path.Combine(Directory.CreateDirectory(System.IO.Path.Combine(own, $"{order.Attempt:N}")).FullName, "sweep") : exchange.Path;
            _files = new TrialCheckpoints(Path);
            foreach (string file in exchange._store?.Files().Where(file => TrialCheckpoints.IsOf(_number, file)) ?? [])
            {
                using var bytes = exchange._store!.Read(file);
                if (bytes is not null)
                {
                    using var copy = File.Create($"{Path}.{file}");
                    bytes.CopyTo(copy);
                }
            }

            foreach (string path in _files.Of(_number))
            {
                _sent[path] = Stamp(path);
            }

            // An epoch may take hours.
            _timer = exchange._store is null ? null : new Timer(_ => Send(), null, Interval, Interval);
        }

        /// <summary>What the paths of its checkpoints begin with.</summary>
        public string Path { get; }

        /// <summary>Sends what has changed.</summary>
        public void Send()
        {
            if (_exchange._store is not { } store)
            {
                return;
            }

            lock (_gate)
            {
                if (_isOver)
                {
                    return;
                }

                foreach (string path in _files.Of(_number))
                {
                    try
                    {
                        var stamp = Stamp(path);
                        if (_sent.TryGetValue(path, out var sent) && sent == stamp)
                        {
                            continue;
                        }

                        _sent[path] = stamp;
                        if (stamp.Length > _exchange._mostBytes)
                        {
                            _exchange._tell?.Invoke(FormattableString.Invariant(
                                $"A checkpoint of trial {_number} has {stamp.Length:N0} bytes, more than {_exchange._mostBytes:N0}: it is not sent, and the trial begins anew where this worker dies. Allow more, or give workers a folder that they share."));
                            continue;
                        }

                        using var bytes = new MemoryStream(File.ReadAllBytes(path));
                        store.Write(path[(Path.Length + 1)..], bytes.CopyTo);
                    }
                    catch (IOException exception)
                    {
                        // Renamed or removed meanwhile; or out of reach, which is no reason to lose a training.
                        _exchange._tell?.Invoke($"A checkpoint of trial {_number} is not sent: {exception.Message}");
                    }
                }
            }
        }

        /// <summary>An epoch was not taken: nothing is sent any more, and who goes on trains it again.</summary>
        public void Hold()
        {
            lock (_gate)
            {
                _isOver = true;
            }
        }

        /// <summary>The attempt is over.</summary>
        /// <param name="goesOn">Whether another one is to go on from its last checkpoint.</param>
        public void End(bool goesOn)
        {
            if (goesOn)
            {
                Send();
            }

            lock (_gate)
            {
                _isOver = true;
            }

            if (_exchange._store is not null || !goesOn)
            {
                _files.Remove(_number);
            }
        }

        public void Dispose()
        {
            lock (_gate)
            {
                _isOver = true;
            }

            _timer?.Dispose();
        }

        private static (DateTime Time, long Length) Stamp(string path) => new FileInfo(path) is { Exists: true } file ? (file.LastWriteTimeUtc, file.Length) : default;
    }
}
