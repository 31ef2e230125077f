using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers.Distributed.Tests;

/// <summary>How a gradient is cut so that the last layers' part is on its way while the first ones are computed.</summary>
[TestClass]
public sealed class ExchangeSlicesTests
{
    [TestMethod]
    public void SlicesFollowTheBackwardPass_AndCoverTheVector()
    {
        // 8,448; 131,584; 262,656; 5,130 parameters and some that align them; statistics of the normalization behind.
        NetworkDefinition definition = new(new TensorShape(32), [new Dense(256), new Dense(512), new BatchNormalization(), new Dense(512), new Dense(10)]);
        int statistics = definition.ParameterLength - definition.TrainableLength;
        ExchangeSlice[] slices = ExchangeSlices.Of(new LayerTraining(definition, null), definition.ParameterLength, 2);

        int end = definition.TrainableLength;
        foreach (IGrouping<int, ExchangeSlice> layer in slices.Where(slice => slice.Start < definition.TrainableLength).GroupBy(slice => slice.Layer))
        {
            // Each layer's slices ascend; the layers themselves descend.
            Assert.AreEqual(end, layer.Last().Start + layer.Last().Length);
            foreach ((ExchangeSlice slice, ExchangeSlice next) in layer.Zip(layer.Skip(1)))
            {
                Assert.AreEqual(slice.Start + slice.Length, next.Start);
            }

            end = layer.First().Start;
            Assert.AreEqual(definition.Parameters.Where(slot => slot.Layer == layer.Key).Min(slot => slot.Offset), end);
        }

        Assert.AreEqual(0, end);
        CollectionAssert.AreEqual(new[] { 3, 1, 0 }, slices.Where(slice => slice.Start < definition.TrainableLength).Select(slice => slice.Layer).Distinct().ToArray());
        Assert.AreEqual(new ExchangeSlice(definition.TrainableLength, statistics, -1), slices[^1]);
        Assert.IsTrue(slices.All(slice => slice.Length is > 0 and < 3 << 16));
        CollectionAssert.AreEqual(slices.Select(slice => slice.Layer).OrderDescending().ToArray(), slices.Select(slice => slice.Layer).ToArray());
    }
}
