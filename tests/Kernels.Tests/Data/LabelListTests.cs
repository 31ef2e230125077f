namespace MLNet.GradientTrainers.Kernels.Tests;

[TestClass]
public sealed class LabelListTests
{
    [TestMethod]
    [DataRow(1, 1)]
    [DataRow(2, 1)]
    [DataRow(256, 1)]
    [DataRow(257, 2)]
    [DataRow(65_536, 2)]
    [DataRow(65_537, 4)]
    public void LabelsTakeAsFewBytesAsTheirNumberAllows(int classes, int bytes)
    {
        LabelList list = new(classes);
        int[] labels = [.. Enumerable.Range(0, 1000).Select(i => (int)(i * 7919L % classes)), classes - 1, 0];
        foreach (int label in labels)
        {
            list.Add(label);
        }

        Assert.AreEqual(bytes, list.BytesOfLabel);
        CollectionAssert.AreEqual(labels, list.ToArray());
        CollectionAssert.AreEqual(labels, new LabelList(labels, classes).ToArray());
        CollectionAssert.AreEqual(new[] { classes - 1, labels[3], classes - 1 }, list.Select([1000, 3, 1000]).ToArray());
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => list[labels.Length]);
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => list[-1]);
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => list.Add(classes)).Message, $"row {labels.Length} is {classes}");
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => list.Add(-1));
    }
}
