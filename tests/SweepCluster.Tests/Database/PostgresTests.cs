using System.Text;
using Microsoft.ML;

namespace MLNet.GradientTrainers.Sweeps.Cluster.Tests;

[TestClass]
public sealed class PostgresTests
{
    private readonly string _name = $"test {Guid.NewGuid()}";

    private static PostgresBackend Open()
    {
        var backend = new PostgresBackend(Postgres.Shared.Database);
        backend.Prepare();
        return backend;
    }

    /// <summary>So that a sweep whose database is gone ends soon: its end makes a call for each trial.</summary>
    [TestMethod]
    public void ADatabaseThatIsGoneIsWaitedForOnce()
    {
        using var backend = new PostgresBackend("Host=10.0.0.1;Database=sweeps;Username=sweeps") { Patience = TimeSpan.FromMilliseconds(400) };
        Assert.IsGreaterThan(1, CallsUntilLost());
        Assert.AreEqual(1, CallsUntilLost());
        Assert.AreEqual(7, backend.Retry(() => 7));
        Assert.IsGreaterThan(1, CallsUntilLost());

        int CallsUntilLost()
        {
            int calls = 0;
            Assert.ThrowsExactly<IOException>(() => backend.Retry<int>(() =>
            {
                calls++;
                throw new Npgsql.NpgsqlException("lost", new IOException("a broken pipe"));
            }));
            return calls;
        }
    }

    [TestMethod]
    public void OrleansIsToldThePasswordToo()
    {
        using var backend = new PostgresBackend("Host=10.0.0.1;Database=sweeps;Username=sweeps;Password=nobodys");
        var options = new Orleans.Configuration.AdoNetClusteringSiloOptions();
        backend.Configure(options);
        StringAssert.Contains(options.ConnectionString, "Password=nobodys");
    }

    [TestMethod]
    public void ManyProcessesMakeTheTablesAtOnceAndHaveOneSecret()
    {
        _ = Postgres.Shared;
        byte[][] secrets = new byte[8][];
        Parallel.For(0, secrets.Length, i =>
        {
            using var backend = Open();
            secrets[i] = backend.Secret(_name);
        });
        Assert.IsTrue(secrets.All(secret => secret.SequenceEqual(secrets[0])));
        Assert.IsGreaterThanOrEqualTo(32, secrets[0].Length);
        using var another = Open();
        CollectionAssert.AreNotEqual(secrets[0], another.Secret(_name + " another"));
    }

    [TestMethod]
    public void TheJournalKeepsItsLinesInOrderAndOneCoordinatorHasIt()
    {
        using var backend = Open();
        var store = backend.Store(_name);
        string[] lines = [.. Enumerable.Range(1, 30).Select(i => $"{{\"line\":{i},\"text\":\"é ' ∑\"}}")];
        using (var journal = store.Open(resume: false))
        {
            Assert.IsEmpty(journal.Lines);
            journal.Accept();
            foreach (string line in lines)
            {
                journal.Append(line, toDisk: line.Length % 2 == 0);
            }

            using var other = Open();
            Assert.Contains("Another coordinator", Assert.ThrowsExactly<IOException>(() => other.Store(_name).Open(resume: true)).Message);
        }

        Assert.Contains("already", Assert.ThrowsExactly<IOException>(() => store.Open(resume: false)).Message);
        using var again = store.Open(resume: true);
        CollectionAssert.AreEqual(lines, again.Lines.Select(line => Encoding.UTF8.GetString(line.Span)).ToArray());
    }

    /// <summary>The server ends the connection that holds the lock, as after a fail-over: the next line takes another one, and none is lost or written twice.</summary>
    [TestMethod]
    public void AJournalOutlivesTheLossOfItsConnection()
    {
        using var backend = Open();
        using var journal = backend.Store(_name).Open(resume: false);
        journal.Append("one", toDisk: true);
        backend.Execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND pid IN (SELECT pid FROM pg_locks WHERE locktype = 'advisory')");
        journal.Append("two", toDisk: true);
        journal.Append("three", toDisk: false);
        journal.Dispose();
        using var again = backend.Store(_name).Open(resume: true);
        CollectionAssert.AreEqual(new[] { "one", "two", "three" }, again.Lines.Select(line => Encoding.UTF8.GetString(line.Span)).ToArray());
    }

    [TestMethod]
    public void FilesAreWrittenOverReadListedAndRemoved()
    {
        using var backend = Open();
        var store = backend.Store(_name);
        Assert.IsNull(store.Read("a"));
        byte[] large = new byte[3_000_000];
        new Random(1).NextBytes(large);
        store.Write("b", stream => stream.Write([9]));
        store.Write("a", stream => stream.Write([1, 2]));
        store.Write("a", stream => stream.Write(large));
        CollectionAssert.AreEqual(new[] { "a", "b" }, store.Files().ToArray());
        using (var stream = store.Read("a")!)
        {
            var copy = new MemoryStream();
            stream.CopyTo(copy);
            CollectionAssert.AreEqual(large, copy.ToArray());
        }

        store.Delete("a");
        store.Delete("a");
        CollectionAssert.AreEqual(new[] { "b" }, store.Files().ToArray());
        Assert.IsEmpty(backend.Store(_name + "x").Files());
    }

    [TestMethod]
    public void AnEarlierSweepIsKeptUnderAnotherName()
    {
        using var backend = Open();
        string aside = _name + ".old";
        Assert.IsFalse(backend.SetAside(_name, aside));
        foreach (string line in new[] { "first", "second" })
        {
            using (var journal = backend.Store(_name).Open(resume: false))
            {
                journal.Append(line, toDisk: true);
            }

            backend.Store(_name).Write(line, stream => stream.Write([1]));
            Assert.IsTrue(backend.SetAside(_name, aside));
        }

        Assert.IsFalse(backend.SetAside(_name, aside), "nothing is there");
        using var kept = backend.Store(aside).Open(resume: true);
        Assert.AreEqual("second", Encoding.UTF8.GetString(kept.Lines.Single().Span));
        CollectionAssert.AreEqual(new[] { "second" }, backend.Store(aside).Files().ToArray());
    }

    [TestMethod]
    public void SettingsGoFromTheCoordinatorToItsWorkers()
    {
        using var backend = Open();
        Assert.IsNull(backend.Published(_name));
        backend.Secret(_name);
        var told = new PublishedSweep("some 'settings'", LibraryVersion.Own, IsOver: false);
        backend.Publish(_name, told);
        Assert.AreEqual(told, backend.Published(_name));
        var options = new SweepWorkerOptions { Database = Postgres.Shared.Database, Name = _name };
        Assert.AreEqual("some 'settings'", options.ReadSettings());
        backend.Publish(_name, told with { IsOver = true });
        using var source = new CancellationTokenSource();
        source.Cancel();
        Assert.ThrowsExactly<OperationCanceledException>(() => options.ReadSettings(source.Token));
    }

    /// <summary>Before it is told anything that it might not understand.</summary>
    [TestMethod]
    public void AWorkerOfAnotherVersionIsRefusedByBothVersions()
    {
        using var backend = Open();
        backend.Secret(_name);
        backend.Publish(_name, new PublishedSweep("", "0.0.7", IsOver: false));
        var options = new SweepWorkerOptions { Database = Postgres.Shared.Database, Name = _name };
        Assert.AreEqual(
            $"The coordinator refuses this worker: it has version {LibraryVersion.Own} of MLNet.GradientTrainers, and the coordinator 0.0.7. Give both the same.",
            Assert.ThrowsExactly<InvalidDataException>(() => options.ReadSettings()).Message);
    }

    [TestMethod]
    public void TablesThatAnOlderVersionHasMadeAreUsed()
    {
        string schema = $"old{Guid.NewGuid():N}";
        using (var plain = new PostgresBackend(Postgres.Shared.Database))
        {
            plain.Execute($"CREATE SCHEMA {schema}");
            plain.Execute($"CREATE TABLE {schema}.sweeps (name text PRIMARY KEY, secret bytea NOT NULL, settings text NOT NULL DEFAULT '', is_over boolean NOT NULL DEFAULT true)");
        }

        var options = new SweepWorkerOptions { Database = $"{Postgres.Shared.Database};Search Path={schema}", Name = _name };
        using var backend = new PostgresBackend(options.Database);
        backend.Prepare();
        backend.Secret(_name);
        backend.Execute("UPDATE sweeps SET is_over = false");
        StringAssert.Contains(Assert.ThrowsExactly<InvalidDataException>(() => options.ReadSettings()).Message, "and the coordinator an older one.");
    }

    [TestMethod]
    public void AWorkerTellsOnceThatItWaits()
    {
        string over = _name + " over";
        using var backend = Open();
        backend.Secret(over);
        backend.Publish(over, new PublishedSweep("", "", IsOver: true));
        Assert.AreEqual($"Waits for the coordinator of the sweep '{_name}', which nobody has begun in this database.", Told(_name));
        Assert.AreEqual($"Waits for the coordinator of the sweep '{over}', which is over.", Told(over));

        static string Told(string name)
        {
            using var source = new CancellationTokenSource();
            List<string> told = [];
            var options = new SweepWorkerOptions
            {
                Database = Postgres.Shared.Database, Name = name, OnEvent = line =>
                {
                    told.Add(line);
                    source.CancelAfter(TimeSpan.FromSeconds(1));
                },
            };
            Assert.ThrowsExactly<OperationCanceledException>(() => options.ReadSettings(source.Token));
            return told.Single();
        }
    }

    /// <summary>A process that knows another secret gets no further than the handshake.</summary>
    [TestMethod]
    public void KeysFollowFromTheSecretAlone()
    {
        using var one = ClusterCertificate.Of([1, 2, 3]);
        using var same = ClusterCertificate.Of([1, 2, 3]);
        using var other = ClusterCertificate.Of([1, 2, 4]);
        Assert.IsTrue(ClusterCertificate.IsSame(one, same));
        Assert.IsFalse(ClusterCertificate.IsSame(one, other));
        Assert.IsTrue(one.HasPrivateKey);
    }
}
