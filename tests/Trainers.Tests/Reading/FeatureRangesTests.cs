using Microsoft.ML.Data;
using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers.Tests;

/// <summary>Ranges of rows that are kept are those of the rows as they were read, to the bit: of rows in any form, more than are looked at together, and of any width.</summary>
[TestClass]
public sealed class FeatureRangesTests
{
    [TestMethod]
    [DataRow(1, 5)]
    [DataRow(37, 900)]
    [DataRow(9000, 3)]
    public void KeptRowsHaveTheRangesOfReadOnes(int width, int rows)
    {
        AreEqual(width, rows, value => value, sparse: 0);
        AreEqual(width, rows, value => MathF.Round(Math.Abs(value) * 100), sparse: 0);
    }

    [TestMethod]
    [DataRow(0.05)]
    [DataRow(0.9)]
    public void SoDoSparseRows(double density)
    {
        AreEqual(40, 300, value => value, density);
        AreEqual(40, 300, value => Math.Abs(value) + 1, density);
    }

    private static void AreEqual(int width, int rows, Func<float, float> value, double sparse)
    {
        var random = new Random(1);
        var read = new FeatureRanges(width);
        var builder = new FeatureRowsBuilder(width, keepBytes: true);
        for (int i = 0; i < rows; i++)
        {
            float[] values = [.. Enumerable.Range(0, width).Select(_ => value((2 * random.NextSingle()) - 1))];
            int[] named = [.. Enumerable.Range(0, width).Where(_ => random.NextDouble() < sparse)];
            var row = sparse == 0 ? new VBuffer<float>(width, values) : new VBuffer<float>(width, named.Length, [.. named.Select(j => values[j])], named);
            read.Add(row);
            builder.Add(row);
        }

        var kept = FeatureRanges.Of(builder.Build());
        Assert.AreEqual(rows, kept.Rows);
        for (int j = 0; j < width; j++)
        {
            Assert.AreEqual(read.Smallest(j), kept.Smallest(j));
            Assert.AreEqual(read.Largest(j), kept.Largest(j));
            Assert.AreEqual(read.MeanSize(j), kept.MeanSize(j));
            Assert.AreEqual(read.Varies(j), kept.Varies(j));
        }
    }
}
