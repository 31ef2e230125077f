using System.Diagnostics;
using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.GradientTrainers.Tests.Data;

namespace MLNet.GradientTrainers.Tests.Files;

[TestClass]
public sealed class SaveAtomicallyTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly MLContext _context = new(seed: 1);

    private string Target => _folder["model.zip"];

    public void Dispose() => _folder.Dispose();

    [TestMethod]
    public void AnyModelIsSavedAndLoaded()
    {
        var data = Surface.Load(_context, 30);
        foreach (var trainer in (IEstimator<ITransformer>[])[new MlpRegressionTrainer(_context, hiddenLayers: [4], numberOfEpochs: 1), _context.Regression.Trainers.OnlineGradientDescent()])
        {
            var model = trainer.Fit(data);
            _context.Model.SaveAtomically(model, data.Schema, Target);
            var loaded = _context.Model.Load(Target, out var schema);
            Assert.IsNotNull(schema.GetColumnOrNull("Features"));
            CollectionAssert.AreEqual(Scores(model, data), Scores(loaded, data));
        }

        Assert.HasCount(1, Directory.GetFileSystemEntries(_folder.Path));
    }

    [TestMethod]
    public void WithTheLoaderOfTheData()
    {
        File.WriteAllText(_folder["rows.csv"], "1,2\n3,4\n5,6\n");
        var source = new MultiFileSource(_folder["rows.csv"]);
        var loader = _context.Data.CreateTextLoader([new("Label", DataKind.Single, 0), new("Features", DataKind.Single, [new(1, 1)])], separatorChar: ',');
        var model = _context.Transforms.NormalizeMinMax("Features").Fit(loader.Load(source));
        _context.Model.SaveAtomically(model, loader, Target);
        var loaded = _context.Model.LoadWithDataLoader(Target, out var loadedLoader);
        Assert.IsNotNull(loaded);
        Assert.AreEqual(3, loadedLoader.Load(source).GetColumn<float>("Label").Count());
    }

    [TestMethod]
    public void AModelThatFailsToSaveLeavesTheOldFile()
    {
        var data = Surface.Load(_context, 30);
        _context.Model.SaveAtomically(new MlpRegressionTrainer(_context, hiddenLayers: [4], numberOfEpochs: 1).Fit(data), data.Schema, Target);
        byte[] before = File.ReadAllBytes(Target);
        Assert.Throws<Exception>(() => _context.Model.SaveAtomically(new Unsavable(), data.Schema, Target));
        CollectionAssert.AreEqual(before, File.ReadAllBytes(Target));
        Assert.HasCount(1, Directory.GetFileSystemEntries(_folder.Path));
    }

    [TestMethod]
    [DataRow(1)]
    [DataRow(2)]
    [DataRow(5)]
    public void AKilledWriterLeavesAWholeFile(int rounds)
    {
        using (var writer = ChildProcess.Start(ChildProcess.Program(typeof(EndlessWriter).Assembly.Location, EndlessWriter.Command, Target)))
        {
            for (int i = 0; i < rounds; i++)
            {
                Assert.AreEqual($"{i + 1}", writer.StandardOutput.ReadLine());
            }

            writer.Kill();
            writer.WaitForExit();
        }

        if (rounds > 1 || File.Exists(Target))
        {
            Assert.IsGreaterThanOrEqualTo(rounds - 1, EndlessWriter.RoundOf(Target));
        }

        // What it left hinders nobody.
        AtomicFile.Write(Target, stream => stream.WriteByte(1));
        Assert.HasCount(1, File.ReadAllBytes(Target));
    }

    [TestMethod]
    [OSCondition(OperatingSystems.Linux)]
    public void AFullDiskLeavesTheOldFile()
    {
        if (!Environment.IsPrivilegedProcess || Mount("-t", "tmpfs", "-o", "size=256k", "tmpfs", _folder.Path) != 0)
        {
            Assert.Inconclusive("Needs the right to mount a small file system.");
        }

        try
        {
            var data = Surface.Load(_context, 30);
            _context.Model.SaveAtomically(new MlpRegressionTrainer(_context, hiddenLayers: [4], numberOfEpochs: 1).Fit(data), data.Schema, Target);
            byte[] before = File.ReadAllBytes(Target);
            var large = new MlpRegressionTrainer(_context, hiddenLayers: [400, 400], numberOfEpochs: 1).Fit(data);
            var error = Assert.Throws<IOException>(() => _context.Model.SaveAtomically(large, data.Schema, Target));
            StringAssert.Contains(error.Message, Target);
            CollectionAssert.AreEqual(before, File.ReadAllBytes(Target));
            Assert.HasCount(1, Directory.GetFileSystemEntries(_folder.Path));
        }
        finally
        {
            Assert.AreEqual(0, Unmount(_folder.Path));
        }
    }

    private static int Mount(params string[] arguments) => RunTool("mount", arguments);

    private static int Unmount(string folder) => RunTool("umount", folder);

    private static int RunTool(string tool, params string[] arguments)
    {
        using var process = ChildProcess.Start(new ProcessStartInfo(tool, arguments) { RedirectStandardError = true });
        process.StandardError.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode;
    }

    private static float[] Scores(ITransformer model, IDataView data) => [.. model.Transform(data).GetColumn<float>("Score")];

    private sealed class Unsavable : ITransformer
    {
        public bool IsRowToRowMapper => false;

        public DataViewSchema GetOutputSchema(DataViewSchema inputSchema) => inputSchema;

        public IRowToRowMapper GetRowToRowMapper(DataViewSchema inputSchema) => throw new NotSupportedException();

        public IDataView Transform(IDataView input) => input;

        void ICanSaveModel.Save(ModelSaveContext ctx) => throw new NotSupportedException("This model can't be saved.");
    }
}
