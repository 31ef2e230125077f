using Microsoft.ML;

namespace MLNet.GradientTrainers.Tests.Networks;

/// <summary>Networks in words, as a debugger or a log shows them.</summary>
[TestClass]
public sealed class NetworkTextTests
{
    [TestMethod]
    public void ModelsTellTheirTaskAndLayers()
    {
        var context = new MLContext(seed: 1);
        Assert.AreEqual("A classifier of 3 classes: [4] → dense [2] → dense [3]", new MlpTrainer(context, Plain.Mlp with { HiddenLayers = [2], NumberOfEpochs = 1 }).Fit(Blobs.Load(context, 30)).Model.ToString());
        string regression = new MlpRegressionTrainer(context, Plain.MlpRegression with { HiddenLayers = [3], NumberOfEpochs = 1 }).Fit(Plane.Load(context, 30)).Model.ToString()!;
        Assert.AreEqual("A regression of one number: [3] → dense [3] → dense [1]", regression);
    }

    [TestMethod]
    public void ACurveTellsWhatItSuggests()
    {
        var context = new MLContext(seed: 1);
        var messages = new List<string>();
        context.Log += (_, e) => messages.Add(e.Message);
        string curve = new MlpTrainer(context, hiddenLayers: [4]).FindLearningRate(Blobs.Load(context, 60)).ToString();
        Assert.StartsWith("suggests ", curve);
        Assert.Contains(" points from 1E-07 to ", curve);
        Assert.IsTrue(messages.Exists(message => message.Contains($"Learning rate finder: {curve}", StringComparison.Ordinal)));
    }
}
