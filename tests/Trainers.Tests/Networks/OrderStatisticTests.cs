namespace MLNet.GradientTrainers.Tests.Networks;

[TestClass]
public sealed class OrderStatisticTests
{
    [TestMethod]
    public void IsTheValueOfTheSortedNumbers()
    {
        var random = new Random(1);
        Func<int, int, float>[] kinds = [(i, _) => random.NextSingle(), (i, _) => i, (i, n) => n - i, (_, _) => 3, (i, _) => random.Next(4), (i, n) => Math.Min(i, n - i), (i, _) => i % 2 == 0 ? float.MinValue : i];
        foreach (int count in new[] { 1, 2, 3, 4, 7, 100, 1001 })
        {
            foreach (var kind in kinds)
            {
                float[] values = [.. Enumerable.Range(0, count).Select(i => kind(i, count))];
                float[] sorted = [.. values.Order()];
                foreach (int place in new[] { 0, count / 4, count / 2, count * 3 / 4, count - 1 })
                {
                    Assert.AreEqual(sorted[place], OrderStatistic.At(values, place));
                    Assert.IsTrue(values[..place].All(value => value <= sorted[place]) && values[place..].All(value => value >= sorted[place]));
                }

                CollectionAssert.AreEqual(sorted, values.Order().ToArray());
            }
        }
    }
}
