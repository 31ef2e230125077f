using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers.Tests.Scoring;

/// <summary>Rows with very many scores are read ahead in blocks that fit them.</summary>
[TestClass]
public sealed class WideScoreTests
{
    private const int Outputs = 1 << 20;

    [TestMethod]
    public void AFewRowsCostAFewRows()
    {
        var context = new MLContext(1);
        var definition = new NetworkDefinition(new TensorShape(3), [new Dense(Outputs, useBias: false)]);
        var weights = new NetworkWeights(definition);
        weights[0, "weight"][0] = 1;
        using var names = new BinaryReader(new MemoryStream([1, .. BitConverter.GetBytes(Outputs), 0]));
        var model = new RegressionNetworkModelParameters(
            definition, weights, OutputLink.Identity, RegressionTargets.Read(names, Outputs), LabelScale.None, new TrainingHistory(new RootMeanSquaredError(), []));
        var data = Surface.Load(context, 3);
        var scored = new RegressionNetworkTransformer(model, "Features", model.FeatureType(NumberDataViewType.Single)).Transform(data);
        long before = GC.GetAllocatedBytesForCurrentThread();
        using var cursor = scored.GetRowCursor([scored.Schema["Score"]]);
        var getter = cursor.GetGetter<VBuffer<float>>(scored.Schema["Score"]);
        VBuffer<float> scores = default;
        float[] expected = [.. data.GetColumn<float[]>("Features").Select(row => row[0])];
        for (int i = 0; i < 3; i++)
        {
            Assert.IsTrue(cursor.MoveNext());
            getter(ref scores);
            Assert.AreEqual(expected[i], scores.GetItemOrDefault(0));
        }

        Assert.IsFalse(cursor.MoveNext());
        Assert.IsLessThan(100_000_000L, GC.GetAllocatedBytesForCurrentThread() - before);
    }
}
