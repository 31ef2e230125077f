using Microsoft.ML;

namespace MLNet.GradientTrainers.Tests;

[TestClass]
public sealed class MlpModelFileTests() : ModelFileContract(typeof(MulticlassNetworkReader), Save)
{
    private static byte[] Save()
    {
        var context = new MLContext(seed: 1);
        var data = Blobs.Load(context, 30);
        using var file = new MemoryStream();
        context.Model.Save(new MlpTrainer(context, hiddenLayers: [4], numberOfEpochs: 1).Fit(data), data.Schema, file);
        return file.ToArray();
    }
}

[TestClass]
public sealed class MlpRegressionModelFileTests() : ModelFileContract(typeof(RegressionNetworkReader), Save)
{
    private static byte[] Save()
    {
        var context = new MLContext(seed: 1);
        var data = context.Transforms.Concatenate("Named", "Label", "Weight").Fit(Surface.Load(context, 30)).Transform(Surface.Load(context, 30));
        using var file = new MemoryStream();
        context.Model.Save(new MlpRegressionTrainer(context, "Named", hiddenLayers: [4], numberOfEpochs: 1).Fit(data), data.Schema, file);
        return file.ToArray();
    }
}
