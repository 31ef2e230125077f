using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers.Distributed.Tests;

/// <summary>Rows that each process has of its own, put together.</summary>
[TestClass]
public sealed class GatheredRowsTests
{
    [TestMethod]
    public void AllRows_AreThereInOrder_AndTheFilesGoWithTheView()
    {
        using var folder = new TemporaryFolder();
        MLContext context = new(1);
        string[] expected = [.. context.Data.CreateEnumerable<Fits.Cloud>(Fits.View(context, 0, 50), reuseRowObject: false).Select(Text)];
        foreach (var (rows, counts) in InProcessCommunicator.Run(3, communicator =>
        {
            (int first, int end) = communicator.Rank switch { 0 => (0, 20), 1 => (20, 20), _ => (20, 50) };
            using GatheredRows gathered = communicator.GatherRows(context, Fits.View(context, first, end), folder.Path);
            Assert.AreEqual(50L, gathered.GetRowCount());
            return (context.Data.CreateEnumerable<Fits.Cloud>(gathered, reuseRowObject: false).Select(Text).ToArray(), gathered.RowsOfRanks);
        }))
        {
            CollectionAssert.AreEqual(expected, rows);
            CollectionAssert.AreEqual(new long[] { 20, 0, 30 }, counts.ToArray());
        }

        Assert.IsEmpty(Directory.GetFileSystemEntries(folder.Path));

        static string Text(Fits.Cloud cloud) => $"{cloud.Label} {cloud.Kind} {cloud.Answer} {cloud.Weight} {string.Join(' ', cloud.Features)} {string.Join(' ', cloud.Answers)}";
    }

    [TestMethod]
    public void OtherColumns_AreRefusedByName()
    {
        using var folder = new TemporaryFolder();
        MLContext context = new(1);
        AssertRefused("Map values to keys behind the gathering", communicator => context.Transforms.Conversion.MapValueToKey("Kind").Fit(Fits.View(context, communicator.Rank, 9)).Transform(Fits.View(context, communicator.Rank, 9)));
        AssertRefused("rank 0 has 6 columns (Label, Kind, Answer, Answers, Weight, Features), rank 1 has 5", communicator => communicator.Rank == 0 ? Fits.View(context, 0, 9) : context.Transforms.DropColumns("Kind").Fit(Fits.View(context, 0, 9)).Transform(Fits.View(context, 0, 9)));
        Assert.IsEmpty(Directory.GetFileSystemEntries(folder.Path));

        void AssertRefused(string difference, Func<Communicator, IDataView> own)
        {
            var thrown = Assert.ThrowsExactly<AggregateException>(() => InProcessCommunicator.Run(2, communicator => communicator.GatherRows(context, own(communicator), folder.Path)));
            foreach (Exception error in thrown.InnerExceptions)
            {
                StringAssert.Contains(Assert.IsInstanceOfType<CommunicationException>(error).Message, difference);
            }
        }
    }
}
