using Microsoft.ML;

namespace MLNet.GradientTrainers.Hosting.Tests;

/// <summary>A new file takes the old one's place only when it is a whole model that fits and predicts; otherwise the old model answers on.</summary>
[TestClass]
public sealed class ReloadTests
{
    private readonly TemporaryFolder _folder = new();

    private string File => _folder["model.zip"];

    [TestCleanup]
    public void Delete() => _folder.Dispose();

    [TestMethod]
    public async Task ANewFileIsTakenAndAnEqualOneIsNot()
    {
        byte[] content = System.IO.File.ReadAllBytes(Blobs.Save(Blobs.First, File));
        using var served = Served.From(File);
        string? first = served.Model.Version;
        Assert.AreEqual(new ModelReload(ModelReloadOutcome.Unchanged), await served.Model.ReloadAsync());

        Blobs.Save(Blobs.Second, File);
        Assert.IsTrue(Answers(served, Blobs.First), "before it is loaded");
        Assert.AreEqual(new ModelReload(ModelReloadOutcome.Loaded), await served.Model.ReloadAsync());
        Assert.IsTrue(Answers(served, Blobs.Second));
        Assert.AreNotEqual(first, served.Model.Version);
        Assert.AreEqual(2, served.Model.Status.Reloads);

        System.IO.File.WriteAllBytes(File, content);
        await served.Model.ReloadAsync();
        Assert.AreEqual(first, served.Model.Version, "The version is that of the content.");
    }

    [TestMethod]
    public async Task ACutFileIsRefusedAtEveryLength()
    {
        Blobs.Save(Blobs.First, File);
        using var served = Served.From(File);
        byte[] second = System.IO.File.ReadAllBytes(Blobs.Save(Blobs.Second, _folder["second.zip"]));
        for (int length = 0; length < second.Length; length += Math.Max(1, second.Length / 23))
        {
            System.IO.File.WriteAllBytes(File, second[..length]);
            var reload = await served.Model.ReloadAsync();
            Assert.AreEqual(ModelReloadOutcome.Refused, reload.Outcome, $"{length} bytes");
            Assert.Contains("model.zip", reload.Problem!);
            Assert.IsTrue(Answers(served, Blobs.First));
        }

        System.IO.File.WriteAllBytes(File, second);
        Assert.AreEqual(ModelReloadOutcome.Loaded, (await served.Model.ReloadAsync()).Outcome);
        Assert.IsNull(served.Model.Status.Problem);
    }

    [TestMethod]
    public async Task ForeignFilesAreRefused()
    {
        Blobs.Save(Blobs.First, File);
        using var served = Served.From(File);
        foreach (byte[] foreign in new byte[][] { [], [1, 2, 3], "PK not a zip archive"u8.ToArray(), new byte[100_000] })
        {
            System.IO.File.WriteAllBytes(File, foreign);
            Assert.AreEqual(ModelReloadOutcome.Refused, (await served.Model.ReloadAsync()).Outcome);
        }

        // A flipped bit in the middle.
        byte[] damaged = System.IO.File.ReadAllBytes(Blobs.Save(Blobs.Second, _folder["second.zip"]));
        damaged[damaged.Length / 2] ^= 4;
        System.IO.File.WriteAllBytes(File, damaged);
        Assert.AreEqual(ModelReloadOutcome.Refused, (await served.Model.ReloadAsync()).Outcome);
        Assert.IsTrue(Answers(served, Blobs.First));
    }

    [TestMethod]
    public async Task AModelOfAnotherSchemaIsRefused()
    {
        Blobs.Save(Blobs.First, File);
        using var served = Served.From(File);

        // Of features that the rows do not have.
        Blobs.Save(Blobs.Context.Transforms.Concatenate("Out", "Weight").Fit(Blobs.Context.Data.LoadFromEnumerable(new[] { new { Weight = 1f } })), File);
        StringAssert.Contains((await served.Model.ReloadAsync()).Problem, "Weight");

        // With the features, and without the columns of a prediction.
        Blobs.Save(Blobs.Context.Transforms.Concatenate("Out", "Height").Fit(Blobs.View), File);
        string problem = (await served.Model.ReloadAsync()).Problem!;
        Assert.Contains("no column 'Predicted' for BlobPrediction.Predicted", problem);
        Assert.Contains("'Out'", problem);

        // With a column of another type.
        Blobs.Save(
            Blobs.First.Append(Blobs.Context.Transforms.CopyColumns("Predicted", "Height").Fit(Blobs.First.Transform(Blobs.View))), File);
        Assert.Contains("Predicted", (await served.Model.ReloadAsync()).Problem!);
        Assert.IsTrue(Answers(served, Blobs.First));
        Assert.HasCount(3, served.Log.Errors);
    }

    [TestMethod]
    public async Task AModelThatPredictsAmissIsRefused()
    {
        Blobs.Save(Blobs.First, File);
        var expected = Blobs.Expected(Blobs.First)[7];
        using var served = new Served(builder => builder.FromFile(File).Probe(Blobs.Rows[7], answer => Blobs.AreEqual(expected, answer))).Loaded();
        Blobs.Save(Blobs.Second, File);
        var reload = await served.Model.ReloadAsync();
        Assert.AreEqual(ModelReloadOutcome.Refused, reload.Outcome);
        Assert.Contains("not accepted", reload.Problem!);
        Assert.IsTrue(Answers(served, Blobs.First));
    }

    [TestMethod]
    public async Task TheSameContentIsLoggedOnce()
    {
        byte[] content = System.IO.File.ReadAllBytes(Blobs.Save(Blobs.First, File));
        using var served = Served.From(File);
        for (int i = 0; i < 3; i++)
        {
            System.IO.File.WriteAllText(File, "no model");
            await served.Model.ReloadAsync();
            await served.Model.ReloadAsync();
        }

        Assert.HasCount(1, served.Log.Errors);
        Assert.AreEqual(1, served.Model.Status.FailedReloads);

        System.IO.File.WriteAllText(File, "still no model");
        await served.Model.ReloadAsync();
        Assert.HasCount(2, served.Log.Errors);

        System.IO.File.Delete(File);
        await served.Model.ReloadAsync();
        await served.Model.ReloadAsync();
        Assert.HasCount(3, served.Log.Errors);
        Assert.Contains("stays version " + served.Model.Version, served.Log.Errors[2]);
        Assert.Contains("no file", served.Log.Errors[2]);

        // Back again: nothing new, and nothing wrong any more.
        System.IO.File.WriteAllBytes(File, content);
        Assert.AreEqual(ModelReloadOutcome.Unchanged, (await served.Model.ReloadAsync()).Outcome);
        Assert.IsNull(served.Model.Status.Problem);
    }

    [TestMethod]
    public void AMissingOrBrokenFileFailsTheStartWithASentence()
    {
        using var missing = new Served(builder => builder.FromFile(File));
        Assert.Contains($"The model 'blobs' can't be served: There is no file '{File}'.", Assert.Throws<InvalidOperationException>(() => missing.Model).Message);

        System.IO.File.WriteAllText(File, "no model");
        using var broken = new Served(builder => builder.FromFile(File).Configure(options => options.WaitForFile = true));
        Assert.Contains("no model file of ML.NET", Assert.Throws<InvalidOperationException>(() => broken.Model).Message);
    }

    [TestMethod]
    public async Task AFileIsWaitedForWhereThatIsWanted()
    {
        using var served = Served.From(File, options => options.WaitForFile = true);
        var model = served.Model;
        Assert.IsNull(model.Version);
        Assert.IsNull(model.LoadedAt);
        Assert.Contains("no file", Assert.Throws<GradientModelNotLoadedException>(() => model.Predict(Blobs.Rows[0])).Message);
        Assert.IsEmpty(served.Log.Errors);

        Blobs.Save(Blobs.First, File);
        Assert.AreEqual(ModelReloadOutcome.Loaded, (await model.ReloadAsync()).Outcome);
        Assert.IsTrue(Answers(served, Blobs.First));
    }

    [TestMethod]
    public async Task ALeasedModelStaysUsableAfterAnotherHasCome()
    {
        string file = Blobs.Save(Blobs.First, _folder["blobs.zip"]);
        using var served = Served.From(file);
        var lease = served.Model.Lease();
        Assert.AreEqual(served.Model.Version, lease.Version);
        CollectionAssert.IsSubsetOf(new[] { "Species", "Features", "Height" }, lease.InputSchema!.Select(column => column.Name).ToArray());
        Blobs.Save(Blobs.Second, file);
        Assert.AreEqual(ModelReloadOutcome.Loaded, (await served.Model.ReloadAsync()).Outcome);
        Assert.AreNotEqual(served.Model.Version, lease.Version);
        float[][] expected = Blobs.Context.Data.CreateEnumerable<BlobPrediction>(Blobs.First.Transform(Blobs.View), reuseRowObject: false).Select(row => row.Score).ToArray();
        float[][] scores = Blobs.Context.Data.CreateEnumerable<BlobPrediction>(lease.Model.Transform(Blobs.View), reuseRowObject: false).Select(row => row.Score).ToArray();
        for (int i = 0; i < expected.Length; i++)
        {
            CollectionAssert.AreEqual(expected[i], scores[i]);
        }

        lease.Dispose();
        lease.Dispose();
        Assert.Throws<ObjectDisposedException>(() => lease.Model);
        using var next = served.Model.Lease();
        Assert.AreEqual(served.Model.Version, next.Version);
    }

    [TestMethod]
    public void AModelIsDisposedOfWhenItsLastUserIsGone()
    {
        foreach (bool leaseEndsFirst in new[] { true, false })
        {
            using var own = new DisposableModel(Blobs.First);
            var model = new ServedModel<Blob, BlobPrediction>(Blobs.Context, new ModelContent(own, Blobs.View.Schema, "1", IsOwned: true), new GradientModelOptions(), default);
            model.Engines.Warm(1);
            var lease = model.TryLease()!;
            Action first = leaseEndsFirst ? lease.Dispose : model.Engines.Close;
            Action second = leaseEndsFirst ? model.Engines.Close : lease.Dispose;
            first();
            Assert.AreEqual(0, own.Disposals);
            second();
            Assert.AreEqual(1, own.Disposals);
            Assert.IsNull(model.TryLease());
        }
    }

    [TestMethod]
    public async Task ModelsOfAFunctionAreMadeAnewAtEachReload()
    {
        int made = 0;
        using var served = new Served(builder => builder.FromModel(_ => made++ % 2 == 0 ? Blobs.First : Blobs.Second));
        Assert.AreEqual("1", served.Model.Version);
        Assert.AreEqual(ModelReloadOutcome.Loaded, (await served.Model.ReloadAsync()).Outcome);
        Assert.AreEqual("2", served.Model.Version);
        Assert.IsTrue(Answers(served, Blobs.Second));
    }

    private static bool Answers(Served served, ITransformer model) => Blobs.Expected(model).Zip(served.Model.Predict(Blobs.Rows)).All(pair => Blobs.AreEqual(pair.First, pair.Second));
}
