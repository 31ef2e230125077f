using System.Text;
using Npgsql;
using NpgsqlTypes;

namespace MLNet.GradientTrainers.Sweeps.Cluster;

/// <summary>A sweep's journal and files as rows of tables.</summary>
internal sealed class PostgresStore(PostgresBackend database, string sweep) : ISweepStore
{
    public string Name => sweep;

    public string Address => "name";

    public IJournalLines Open(bool resume)
    {
        var journal = new Journal(database, sweep);
        try
        {
            return !resume && journal.Lines.Count > 0
                ? throw new IOException($"There is a sweep '{sweep}' in {database.Place} already: go on with it, or give another name. Nothing was changed.")
                : journal;
        }
        catch
        {
            journal.Dispose();
            throw;
        }
    }

    public Stream? Read(string file) => database.Retry<Stream?>(() =>
    {
        using var connection = database.Open();
        using var command = new NpgsqlCommand("SELECT bytes FROM sweep_files WHERE sweep = $1 AND name = $2", connection) { Parameters = { PostgresBackend.Text(sweep), PostgresBackend.Text(file) } };
        return command.ExecuteScalar() is byte[] bytes ? new MemoryStream(bytes, writable: false) : null;
    });

    public void Write(string file, Action<Stream> write)
    {
        using var stream = new MemoryStream();
        write(stream);
        database.Execute(
            "INSERT INTO sweep_files (sweep, name, bytes) VALUES ($1, $2, $3) ON CONFLICT (sweep, name) DO UPDATE SET bytes = excluded.bytes",
            PostgresBackend.Text(sweep), PostgresBackend.Text(file), PostgresBackend.Bytes(stream.ToArray()));
    }

    public void Delete(string file) => database.Execute("DELETE FROM sweep_files WHERE sweep = $1 AND name = $2", PostgresBackend.Text(sweep), PostgresBackend.Text(file));

    public IReadOnlyList<string> Files() => database.Retry(() =>
    {
        using var connection = database.Open();
        using var command = new NpgsqlCommand("SELECT name FROM sweep_files WHERE sweep = $1 ORDER BY name", connection) { Parameters = { PostgresBackend.Text(sweep) } };
        using var reader = command.ExecuteReader();
        var names = new List<string>();
        while (reader.Read())
        {
            names.Add(reader.GetString(0));
        }

        return names;
    });

    /// <summary>
    /// The lines, written through one connection that holds a lock of the database: who has lost the lock can't write, so that two coordinators never mix theirs.
    /// </summary>
    private sealed class Journal : IJournalLines
    {
        private readonly PostgresBackend _database;
        private readonly string _sweep;
        private NpgsqlConnection? _connection;
        private int _count;

        public Journal(PostgresBackend database, string sweep)
        {
            (_database, _sweep) = (database, sweep);
            Lines = database.Retry(() =>
            {
                Reopen();
                using var command = new NpgsqlCommand("SELECT line FROM sweep_lines WHERE sweep = $1 ORDER BY number", _connection) { Parameters = { PostgresBackend.Text(sweep) } };
                using var reader = command.ExecuteReader();
                var lines = new List<ReadOnlyMemory<byte>>();
                while (reader.Read())
                {
                    lines.Add(Encoding.UTF8.GetBytes(reader.GetString(0)));
                }

                return lines;
            });
            _count = Lines.Count;
        }

        public IReadOnlyList<ReadOnlyMemory<byte>> Lines { get; }

        public void Accept()
        {
        }

        public void Append(string line, bool toDisk)
        {
            _count++;
            _database.Retry(() =>
            {
                Reopen();

                // A line that was written, but whose answer was lost, is there already.
                using var batch = new NpgsqlBatch(_connection)
                {
                    BatchCommands =
                    {
                        new NpgsqlBatchCommand(toDisk ? "SET LOCAL synchronous_commit TO ON" : "SET LOCAL synchronous_commit TO OFF"),
                        new NpgsqlBatchCommand("INSERT INTO sweep_lines (sweep, number, line) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING")
                        {
                            Parameters = { PostgresBackend.Text(_sweep), new NpgsqlParameter<int> { TypedValue = _count }, PostgresBackend.Text(line) },
                        },
                    },
                };
                using var transaction = _connection!.BeginTransaction();
                batch.Transaction = transaction;
                batch.ExecuteNonQuery();
                transaction.Commit();
                return 0;
            });
        }

        public void Dispose() => _connection?.Dispose();

        /// <summary>The connection with the lock; a new one where it was lost.</summary>
        private void Reopen()
        {
            if (_connection is { FullState: System.Data.ConnectionState.Open })
            {
                return;
            }

            _connection?.Dispose();
            _connection = null;
            var connection = _database.Open();
            try
            {
                // The server lets go of a machine that is cut off after some seconds, not hours.
                Run("SET tcp_keepalives_idle = 2; SET tcp_keepalives_interval = 1; SET tcp_keepalives_count = 3; SET tcp_user_timeout = 5000");
                if (Run("SELECT pg_try_advisory_lock(hashtextextended($1, 0))", PostgresBackend.Text("sweep " + _sweep)) is not true)
                {
                    throw new IOException($"Another coordinator runs the sweep '{_sweep}' in {_database.Place}. Wait for its end, or give another name. One that was killed or cut off is let go within some seconds.");
                }

                _connection = connection;
            }
            catch
            {
                connection.Dispose();
                throw;
            }

            object? Run(string text, params NpgsqlParameter[] parameters)
            {
                using var command = new NpgsqlCommand(text, connection);
                command.Parameters.AddRange(parameters);
                return command.ExecuteScalar();
            }
        }
    }
}
