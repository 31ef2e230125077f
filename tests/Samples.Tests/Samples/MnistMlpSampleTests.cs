using System.Text.Json;
using Microsoft.ML;
using MLNet.GradientTrainers.Kernels;
using MLNet.GradientTrainers.Samples.CommandLine;
using MLNet.GradientTrainers.Samples.Digits;
using MLNet.GradientTrainers.Samples.Samples;
using MLNet.GradientTrainers.Samples.Tests.Support;

namespace MLNet.GradientTrainers.Samples.Tests.Samples;

[TestClass]
public sealed class MnistMlpSampleTests
{
    [TestMethod]
    public async Task RealMnistReachesTheAccuracyOfTheRecipe()
    {
        string data = RealMnist.DirectoryOrSkip();
        using var folder = new TemporaryFolder();
        Invocation run = await Invocation.Succeeding("mnist-mlp", "--data", data, "--json", "--out", folder.Path);

        JsonElement json = run.Json;
        double accuracy = json.GetProperty("testAccuracy").GetDouble();
        Assert.IsGreaterThanOrEqualTo(0.87, accuracy);
        Assert.HasCount(3, json.Numbers("trainLoss"));

        // 60,000 rows are 118 batches of 512: 11 lines an epoch.
        Assert.AreEqual(33, run.Lines.Count(line => line.Contains("/118  loss ", StringComparison.Ordinal)));
        StringAssert.Contains(run.Output, "from -0.4242 to 2.8215");
        double[] range = json.Numbers("pixelRange");
        Assert.AreEqual(-0.4242, range[0], 5e-5);
        Assert.AreEqual(2.8215, range[1], 5e-5);

        MnistPaths files = Mnist.Find(data);
        Checks.Files(json, new MLContext().Data.LoadFromIdx(files.TestImages, files.TestLabels, scaling: PixelScaling.Mnist), accuracy);
    }

    [TestMethod]
    public void RealMnistWithCrossEntropyAndAdam()
    {
        MnistPaths files = Mnist.Find(RealMnist.DirectoryOrSkip());
        var mlContext = new MLContext(1);
        IDataView train = mlContext.Data.LoadFromIdx(files.TrainImages, files.TrainLabels, scaling: PixelScaling.Mnist);
        IDataView test = mlContext.Data.LoadFromIdx(files.TestImages, files.TestLabels, scaling: PixelScaling.Mnist);
        var trainer = new MlpTrainer(mlContext, new MlpTrainer.Options
        {
            FeatureScaling = FeatureScaling.None,
            HiddenLayers = [256, 64],
            Activation = new ReLU(),
            Dropout = 0,
            Loss = new SoftmaxCrossEntropy(),
            Optimizer = new Adam(),
            Schedule = LearningRateSchedule.Constant,
            Members = 1,
            NumberOfEpochs = 5,
            BatchSize = 256,
            Seed = 1,
        });
        double accuracy = mlContext.MulticlassClassification.Evaluate(trainer.Fit(train).Transform(test)).MicroAccuracy;
        Assert.IsGreaterThanOrEqualTo(0.97, accuracy);
    }

    [TestMethod]
    public void TheRecipeIsThatOfTheTable()
    {
        MlpTrainer.Options recipe = MnistMlpSample.Recipe();
        CollectionAssert.AreEqual(new[] { 256, 64 }, recipe.HiddenLayers);
        Assert.AreEqual(new ReLU(), recipe.Activation);
        Assert.AreEqual(new MeanSquaredError { Reduction = Reduction.Mean }, recipe.Loss);
        Assert.AreEqual(new Sgd { LearningRate = 0.01, Momentum = 0.9 }, recipe.Optimizer);
        Assert.IsNull(recipe.LearningRate);
        Assert.AreEqual(new PyTorchUniform(), recipe.WeightInitializer);
        Assert.AreEqual(new PyTorchUniform(), recipe.BiasInitializer);
        Assert.AreEqual((FeatureScaling.None, 0.0, 1, LearningRateSchedule.Constant), (recipe.FeatureScaling, recipe.Dropout, recipe.Members, recipe.Schedule));
        Assert.AreEqual((512, 3, true, 0.0), (recipe.BatchSize, recipe.NumberOfEpochs, recipe.Shuffle, recipe.ValidationFraction));
    }

    [TestMethod]
    public async Task OtherDataUnderTheNamesOfMnistWorks()
    {
        using var folder = new TemporaryFolder();
        File.Copy(DigitFiles.Default.TrainImages, folder["train-images-idx3-ubyte"]);
        File.Copy(DigitFiles.Default.TrainLabels, folder["train-labels-idx1-ubyte"]);
        File.Copy(DigitFiles.Default.TestImages, folder["t10k-images-idx3-ubyte"]);
        File.Copy(DigitFiles.Default.TestLabels, folder["t10k-labels-idx1-ubyte"]);
        Invocation run = await Invocation.Succeeding("mnist-mlp", "--data", folder.Path, "--epochs", "2", "--json", "--out", folder["out"]);
        Assert.AreEqual(2, run.Lines.Count(line => line.Contains("batch   10/12  loss ", StringComparison.Ordinal)));
        double[] loss = run.Json.Numbers("trainLoss");
        Assert.IsLessThan(loss[0], loss[1]);
        Assert.IsTrue(run.Lines[..^1].All(line => line.Length <= 80 || line.Contains(folder.Path, StringComparison.Ordinal)), "A line is too long.");
        Assert.IsFalse(run.Json.TryGetProperty("validationLoss", out _), "There is no validation in this recipe.");
    }

    [TestMethod]
    public async Task AFolderWithoutTheFilesSaysHowToGetThem()
    {
        using var folder = new TemporaryFolder();
        Invocation run = await Invocation.Of("mnist-mlp", "--data", folder["none"], "--json");
        Assert.AreEqual(SampleProgram.Failure, run.ExitCode);
        Assert.AreEqual("", run.Output);
        StringAssert.Contains(run.Error, folder["none"]);
        StringAssert.Contains(run.Error, "./run.sh download-mnist --output");
        foreach (var file in Mnist.Files)
        {
            StringAssert.Contains(run.Error, file.Name);
        }
    }

    [TestMethod]
    public async Task ADamagedFileIsNamed()
    {
        using var folder = new TemporaryFolder();
        foreach (var file in Mnist.Files)
        {
            await File.WriteAllBytesAsync(folder[file.Name], [1, 2, 3]);
        }

        Invocation run = await Invocation.Of("mnist-mlp", "--data", folder.Path);
        Assert.AreEqual(SampleProgram.Failure, run.ExitCode);
        StringAssert.Contains(run.Error, folder["train-"]);
    }
}
