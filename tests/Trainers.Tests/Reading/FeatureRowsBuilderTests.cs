using Microsoft.ML.Data;
using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers.Tests;

/// <summary>Which form the rows of a feature column take in memory.</summary>
[TestClass]
public sealed class FeatureRowsBuilderTests
{
    private const int Width = 100;

    [TestMethod]
    [DataRow("sssss", true)]
    [DataRow("sdsss", true)]
    [DataRow("dssss", true)]
    [DataRow("ddsss", true)]
    [DataRow("dfsss", true)]
    [DataRow("fffff", false)]
    [DataRow("ddddd", false)]
    [DataRow("sfff", false)]
    [DataRow("d", false)]
    [DataRow("", false)]
    public void AColumnWithSparseRowsOfFewValuesIsSparse(string kinds, bool sparse)
    {
        var rows = Build(kinds, out var expected);
        Assert.AreEqual(sparse, rows is SparseRows);
        Same(expected, rows);
    }

    /// <summary>What the first thousand rows show decides: later ones change the form only where they are too many.</summary>
    [TestMethod]
    [DataRow(2000, 's', 's', true)]
    [DataRow(2000, 'd', 's', false)]
    [DataRow(900, 'd', 's', true)]
    [DataRow(1100, 's', 'f', false)]
    public void ManyRowsKeepTheirOrderInEitherForm(int count, char first, char later, bool sparse)
    {
        var rows = Build(new string(first, count) + new string(later, 2 * count), out var expected);
        Assert.AreEqual(sparse, rows is SparseRows);
        Same(expected, rows);
    }

    /// <summary>s: three values, stored sparse; d: three values among stored zeros; f: sixty values, stored sparse.</summary>
    private static IRowSource<float> Build(string kinds, out float[][] expected)
    {
        var builder = new FeatureRowsBuilder(Width);
        expected = new float[kinds.Length][];
        for (int i = 0; i < kinds.Length; i++)
        {
            int values = kinds[i] == 'f' ? 60 : 3;
            var row = new VBuffer<float>(Width, values, [.. Enumerable.Range(0, values).Select(j => i + j + 1f)], [.. Enumerable.Range(i % 10, values)]);
            expected[i] = [.. row.DenseValues()];
            builder.Add(kinds[i] == 'd' ? new VBuffer<float>(Width, expected[i]) : row);
        }

        return builder.Build();
    }

    private static void Same(float[][] expected, IRowSource<float> rows)
    {
        Assert.AreEqual(expected.Length, rows.Count);
        var row = new float[Width];
        for (int i = 0; i < expected.Length; i++)
        {
            rows.Read([i], row);
            CollectionAssert.AreEqual(expected[i], row, $"row {i}");
        }
    }
}
