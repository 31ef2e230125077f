namespace MLNet.GradientTrainers.Tests;

[TestClass]
public sealed class RadixSortTests
{
    [TestMethod]
    [DataRow(0)]
    [DataRow(1)]
    [DataRow(127)]
    [DataRow(128)]
    [DataRow(1000)]
    [DataRow(8192)]
    public void NumbersComeInAscendingOrder(int count)
    {
        Random random = new(count);
        Sorts([.. Enumerable.Range(0, count).Select(_ => (float)((random.NextDouble() - 0.5) * Math.Pow(10, random.Next(-40, 38))))]);
    }

    /// <summary>Digits that all numbers share are passed over: of four, one is left, two, three, or none.</summary>
    [TestMethod]
    [DataRow(0xFF00_0000u)]
    [DataRow(0x00FF_0000u)]
    [DataRow(0x0000_FF00u)]
    [DataRow(0x0000_00FFu)]
    [DataRow(0x0000_FFFFu)]
    [DataRow(0x00FF_FFFFu)]
    [DataRow(0u)]
    public void DigitsThatAllShareAreNoMatter(uint differing)
    {
        Random random = new(1);
        Sorts([.. Enumerable.Range(0, 500).Select(_ => BitConverter.UInt32BitsToSingle(((uint)random.NextInt64(1L << 32) & differing) | 0x3F01_0203)).Where(float.IsFinite)]);
    }

    [TestMethod]
    public void ZerosEqualAndInfiniteNumbersAreSorted() =>
        Sorts([.. Enumerable.Range(0, 300).Select(i => (i % 6) switch { 0 => 0f, 1 => float.NegativeInfinity, 2 => float.PositiveInfinity, 3 => -1f, 4 => float.MaxValue, _ => -float.Epsilon })]);

    [TestMethod]
    public void AScratchThatIsLongerIsEnough()
    {
        float[] values = [.. Enumerable.Range(0, 200).Select(i => (float)(i * 37 % 200))];
        RadixSort.Sort(values, new float[500]);
        CollectionAssert.AreEqual(Enumerable.Range(0, 200).Select(i => (float)i).ToArray(), values);
    }

    private static void Sorts(float[] values)
    {
        float[] expected = [.. values.Order()];
        RadixSort.Sort(values, new float[values.Length]);
        CollectionAssert.AreEqual(expected, values);
    }
}
