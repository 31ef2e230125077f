namespace MLNet.GradientTrainers.Kernels.Tests;

/// <summary>The cut of a batch, and the one order of sums.</summary>
[TestClass]
public class ShardTreeTests
{
    [TestMethod]
    public void Cut_CoversEveryRowOnce()
    {
        foreach (int smallest in new[] { 1, 2 })
        {
            for (int rows = smallest; rows <= 40; rows++)
            {
                ShardCut cut = new(rows, 8, smallest);
                int next = 0;
                for (int shard = 0; shard < cut.Count; shard++)
                {
                    Assert.AreEqual(next, cut.Start(shard));
                    Assert.IsGreaterThanOrEqualTo(smallest, cut.RowsOf(shard), $"{rows} rows");
                    next += cut.RowsOf(shard);
                }

                Assert.AreEqual(rows, next);
                for (int largest = rows; largest <= 40; largest++)
                {
                    Assert.IsLessThanOrEqualTo(ShardCut.LargestOf(largest, 8, smallest), cut.RowsOf(0), $"{rows} of {largest} rows");
                }
            }
        }
    }

    [TestMethod]
    public void Parts_AreTheLargestSubtrees()
    {
        CollectionAssert.AreEqual(new ShardPart[] { new(0, 8) }, ShardTree.Parts(0, 8, 8));
        CollectionAssert.AreEqual(new ShardPart[] { new(0, 2) }, ShardTree.Parts(0, 2, 8));
        CollectionAssert.AreEqual(new ShardPart[] { new(2, 2), new(4, 1) }, ShardTree.Parts(2, 5, 8));
        CollectionAssert.AreEqual(new ShardPart[] { new(5, 1), new(6, 2) }, ShardTree.Parts(5, 8, 8));
        CollectionAssert.AreEqual(new ShardPart[] { new(0, 8) }, ShardTree.Parts(0, 6, 6), "the tree of six is that of eight without the last two");
        CollectionAssert.AreEqual(new ShardPart[] { new(3, 1), new(4, 4) }, ShardTree.Parts(3, 6, 6));
        CollectionAssert.AreEqual(new ShardPart[] { new(0, 1) }, ShardTree.Parts(0, 1, 1));
    }

    /// <summary>However shards are shared, and however many of them exist, the bits are those of the formula.</summary>
    [TestMethod]
    public void Sum_HasTheBitsOfTheTree()
    {
        const int Length = 1037;
        RandomSource random = new(5);
        foreach (int shards in new[] { 1, 2, 5, 6, 8, 13 })
        {
            float[][] values = [.. Enumerable.Range(0, shards).Select(_ => Enumerable.Range(0, Length).Select(_ => (float)(random.NextGaussian() * Math.Exp(4 * random.NextGaussian()))).ToArray())];
            for (int existing = 1; existing <= shards; existing++)
            {
                float[] expected = Tree(values[..existing], 0, 16)!;
                for (int owners = 1; owners <= shards; owners++)
                {
                    ShardPart[] parts = [.. Enumerable.Range(0, owners).SelectMany(owner =>
                        ShardTree.Parts(ShardTree.FirstOf(owner, owners, 0, shards), ShardTree.FirstOf(owner + 1, owners, 0, shards), shards))];
                    float[][] sums = [.. parts.Select(part => Tree(values[..existing], part.First, part.Size) ?? [.. Enumerable.Repeat(float.NaN, Length)])];
                    float[] sum = new float[Length];
                    ShardTree.Sum(ShardTree.Parts(0, shards, shards)[0], parts, sums, existing, 0, sum.AsSpan(0, 700));
                    ShardTree.Sum(ShardTree.Parts(0, shards, shards)[0], parts, sums, existing, 700, sum.AsSpan(700));
                    TrainingFixture.AssertSameBits(expected, sum);
                }
            }
        }
    }

    private static float[]? Tree(float[][] values, int first, int size)
    {
        if (first >= values.Length || size == 1)
        {
            return first >= values.Length ? null : values[first];
        }

        float[] left = Tree(values, first, size / 2)!;
        float[]? right = Tree(values, first + (size / 2), size / 2);
        return right is null ? left : [.. left.Zip(right, (a, b) => a + b)];
    }
}
