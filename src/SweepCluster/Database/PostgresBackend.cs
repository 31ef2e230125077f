using System.Globalization;
using System.Security.Cryptography;
using Npgsql;
using NpgsqlTypes;
using Orleans.Configuration;

namespace MLNet.GradientTrainers.Sweeps.Cluster;

/// <summary>A PostgreSQL database. Short losses of its connection are waited for.</summary>
internal sealed class PostgresBackend : ClusterBackend
{
    /// <summary>The key of the lock under which tables are made: any number that others don't take.</summary>
    private const long SchemaLock = 0x5377_6565_7073;

    private const int SecretBytes = 32;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);

    private readonly NpgsqlDataSource _source;

    /// <summary>With the password, where one was given: a source does not tell it.</summary>
    private readonly string _connection;
    private readonly Lock _gate = new();

    /// <summary>When a call failed for the first time since one succeeded, as the system counts milliseconds; null where the last one succeeded.</summary>
    private long? _lostSince;

    /// <param name="connection">The connection string.</param>
    /// <exception cref="ArgumentException">It can't be read.</exception>
    public PostgresBackend(string connection)
    {
        try
        {
            var builder = new NpgsqlConnectionStringBuilder(connection) { ApplicationName = "MLNet.GradientTrainers sweep" };
            builder.KeepAlive = builder.KeepAlive == 0 ? 10 : builder.KeepAlive;
            _connection = builder.ConnectionString;
            _source = NpgsqlDataSource.Create(builder);
            Place = $"the database '{builder.Database}' of PostgreSQL at {builder.Host}:{builder.Port.ToString(CultureInfo.InvariantCulture)}";
        }
        catch (Exception exception) when (exception is ArgumentException or FormatException or KeyNotFoundException)
        {
            throw new ArgumentException($"The connection string of the database can't be read: {exception.Message} One that can: Host=10.0.0.1;Database=sweeps;Username=sweeps", nameof(connection), exception);
        }
    }

    /// <summary>How long the connection may be lost.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The database in words.</summary>
    public string Place { get; }

    public override void Prepare()
    {
        try
        {
            using var connection = _source.OpenConnection();
            using var transaction = connection.BeginTransaction();
            Run($"SELECT pg_advisory_xact_lock({SchemaLock.ToString(CultureInfo.InvariantCulture)})");
            Run(Resource("sweeps.sql"));
            if (Run("SELECT to_regclass('orleansquery')::text") is not string)
            {
                Run(Resource("PostgreSQL-Main.sql"));
            }

            if (Run("SELECT to_regclass('orleansmembershiptable')::text") is not string)
            {
                Run(Resource("PostgreSQL-Clustering.sql"));
            }

            transaction.Commit();

            object? Run(string text)
            {
                // Parameters of the queries that Orleans keeps in its table are no parameters here.
                using var command = new NpgsqlCommand(text, connection, transaction);
                return command.ExecuteScalar();
            }
        }
        catch (Exception exception) when (exception is NpgsqlException or TimeoutException or System.Net.Sockets.SocketException)
        {
            throw new IOException($"There is no way to {Place}: {exception.Message.TrimEnd('.')}. Start the server, make the database and a user that may create tables in it, and give the user's password as PGPASSWORD or in a .pgpass file.", exception);
        }
    }

    public override byte[] Secret(string sweep) => Retry(() =>
    {
        using var connection = _source.OpenConnection();
        using (var insert = new NpgsqlCommand("INSERT INTO sweeps (name, secret) VALUES ($1, $2) ON CONFLICT DO NOTHING", connection) { Parameters = { Text(sweep), Bytes(RandomNumberGenerator.GetBytes(SecretBytes)) } })
        {
            insert.ExecuteNonQuery();
        }

        using var select = new NpgsqlCommand("SELECT secret FROM sweeps WHERE name = $1", connection) { Parameters = { Text(sweep) } };
        return (byte[])select.ExecuteScalar()!;
    });

    public override ISweepStore Store(string sweep) => new PostgresStore(this, sweep);

    public override void Publish(string sweep, PublishedSweep published) => Execute(
        "UPDATE sweeps SET settings = $2, version = $3, is_over = $4 WHERE name = $1", Text(sweep), Text(published.Settings), Text(published.Version), new NpgsqlParameter<bool> { TypedValue = published.IsOver });

    public override PublishedSweep? Published(string sweep) => Retry<PublishedSweep?>(() =>
    {
        using var connection = _source.OpenConnection();
        using var command = new NpgsqlCommand("SELECT settings, version, is_over FROM sweeps WHERE name = $1", connection) { Parameters = { Text(sweep) } };
        using var reader = command.ExecuteReader();
        return reader.Read() ? new PublishedSweep(reader.GetString(0), reader.GetString(1), reader.GetBoolean(2)) : null;
    });

    public override bool SetAside(string sweep, string aside) => Retry(() =>
    {
        using var connection = _source.OpenConnection();
        using var transaction = connection.BeginTransaction();
        int lines = 0;
        foreach (string table in new[] { "sweep_lines", "sweep_files" })
        {
            using var delete = new NpgsqlCommand($"DELETE FROM {table} WHERE sweep = $2 AND EXISTS (SELECT FROM sweep_lines WHERE sweep = $1)", connection, transaction) { Parameters = { Text(sweep), Text(aside) } };
            delete.ExecuteNonQuery();
        }

        foreach (string table in new[] { "sweep_files", "sweep_lines" })
        {
            using var update = new NpgsqlCommand($"UPDATE {table} SET sweep = $2 WHERE sweep = $1", connection, transaction) { Parameters = { Text(sweep), Text(aside) } };
            lines = update.ExecuteNonQuery();
        }

        transaction.Commit();
        return lines > 0;
    });

    public override void Configure(ISiloBuilder builder) => builder.UseAdoNetClustering(Configure);

    /// <summary>Tells Orleans of the database.</summary>
    internal void Configure(AdoNetClusteringSiloOptions options)
    {
        options.Invariant = "Npgsql";
        options.ConnectionString = _connection;
    }

    public override void Dispose() => _source.Dispose();

    /// <summary>Opens a connection for good.</summary>
    internal NpgsqlConnection Open() => _source.OpenConnection();

    internal int Execute(string text, params NpgsqlParameter[] parameters) => Retry(() =>
    {
        using var connection = _source.OpenConnection();
        using var command = new NpgsqlCommand(text, connection);
        foreach (var parameter in parameters)
        {
            command.Parameters.Add(parameter.Clone());
        }

        return command.ExecuteNonQuery();
    });

    /// <summary>Does something again while the connection is lost, for some time; where it has been lost for that long already, once: the end of a sweep makes many calls.</summary>
    /// <exception cref="IOException">It is lost for longer, or the database refuses.</exception>
    internal T Retry<T>(Func<T> call)
    {
        while (true)
        {
            try
            {
                T result = call();
                lock (_gate)
                {
                    _lostSince = null;
                }

                return result;
            }
            catch (Exception exception) when (exception is NpgsqlException or TimeoutException)
            {
                long since;
                lock (_gate)
                {
                    since = _lostSince ??= Environment.TickCount64;
                }

                if (exception is NpgsqlException { IsTransient: false } || Environment.TickCount64 - since > Patience.TotalMilliseconds)
                {
                    throw new IOException($"{char.ToUpperInvariant(Place[0])}{Place[1..]} can't be used: {exception.Message.TrimEnd('.')}.", exception);
                }

                Thread.Sleep(Pause);
            }
        }
    }

    internal static NpgsqlParameter Text(string value) => new NpgsqlParameter<string> { TypedValue = value, NpgsqlDbType = NpgsqlDbType.Text };

    internal static NpgsqlParameter Bytes(byte[] value) => new NpgsqlParameter<byte[]> { TypedValue = value, NpgsqlDbType = NpgsqlDbType.Bytea };

    private static string Resource(string name)
    {
        using var reader = new StreamReader(typeof(PostgresBackend).Assembly.GetManifestResourceStream(name)!);
        return reader.ReadToEnd();
    }
}
