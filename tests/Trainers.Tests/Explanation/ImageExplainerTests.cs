using BigGustave;
using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.GradientTrainers.Kernels;
using MLNet.GradientTrainers.Tests.Cnn;
using static MLNet.GradientTrainers.Cnn;

namespace MLNet.GradientTrainers.Tests.Explanation;

[TestClass]
public sealed class ImageExplainerTests
{
    private static readonly Lazy<MulticlassNetworkModelParameters> Model = new(() => Train());

    [TestMethod]
    public void TheGradientIsThatOfTheClassOutput()
    {
        using var explainer = new ImageExplainer(Model.Value);
        float[] image = Strokes.Rows(6, 5)[3].Features;
        for (int kind = 0; kind < 3; kind++)
        {
            float[] gradient = explainer.Gradient(image, kind);
            float[] map = explainer.Saliency(image, kind).Values.ToArray();
            Assert.HasCount(Strokes.Size, gradient);
            for (int i = 0; i < gradient.Length; i += 7)
            {
                Assert.AreEqual(Slope(image, i, kind), gradient[i], 2e-3, $"pixel {i}, class {kind}");
            }

            CollectionAssert.AreEqual(Enumerable.Range(0, 80).Select(i => Math.Max(Math.Abs(gradient[i]), Math.Abs(gradient[80 + i]))).ToArray(), map);
        }
    }

    [TestMethod]
    public void TheStrokeMattersAndTheBackgroundDoesNot()
    {
        using var explainer = new ImageExplainer(Model.Value);
        var row = Strokes.Rows(30, 9)[1];
        ImageMap map = explainer.Occlusion(row.Features, size: 3);
        Assert.AreEqual("along", Strokes.Classes[map.ClassIndex]);
        bool[] stroke = [.. Enumerable.Range(0, 80).Select(i => row.Features[i] > 0.5f || row.Features[80 + i] > 0.5f)];
        double on = map.Values.ToArray().Where((_, i) => stroke[i]).Average();
        double off = map.Values.ToArray().Where((_, i) => !stroke[i]).Average();
        Assert.IsGreaterThan(3 * Math.Abs(off), on);
    }

    [TestMethod]
    public void OcclusionOfSinglePixelsIsTheFallOfTheScore()
    {
        using var explainer = new ImageExplainer(Model.Value);
        float[] image = Strokes.Rows(6, 5)[0].Features;
        float whole = Score(image)[2];
        ImageMap map = explainer.Occlusion(image, classIndex: 2, size: 1, fill: 0.25f);
        Assert.AreEqual((8, 10, 2), (map.Height, map.Width, map.ClassIndex));
        foreach (var (y, x) in new[] { (0, 0), (3, 4), (7, 9) })
        {
            float[] covered = [.. image];
            covered[(y * 10) + x] = covered[80 + (y * 10) + x] = 0.25f;
            Assert.AreEqual(whole - Score(covered)[2], map[y, x], 1e-6f);
        }
    }

    [TestMethod]
    public void EveryPixelIsCoveredForAnySizeAndStride()
    {
        using var explainer = new ImageExplainer(Model.Value);
        float[] image = Strokes.Rows(6, 5)[0].Features;
        foreach (var (size, stride) in new[] { (3, 3), (4, 3), (9, 7), (20, 5) })
        {
            Assert.IsTrue(explainer.Occlusion(image, size: size, stride: stride).Values.ToArray().All(float.IsFinite), $"{size}, {stride}");
        }
    }

    [TestMethod]
    public void AMapIsAPicture()
    {
        var map = new ImageMap(2, 3, 0, [0, 2, -2, 1, 0, 0]);
        Png picture = Png.Open(map.ToPng(2));
        Assert.AreEqual((6, 4, false), (picture.Width, picture.Height, picture.HasAlphaChannel));
        Assert.AreEqual(new Pixel(255, 255, 255), picture.GetPixel(1, 1));
        Assert.AreEqual(new Pixel(0x7F, 0x00, 0x1A), picture.GetPixel(2, 0));
        Assert.AreEqual(new Pixel(0x05, 0x30, 0x61), picture.GetPixel(5, 1));
        Assert.AreEqual(new Pixel(0xF4, 0x6D, 0x43), picture.GetPixel(0, 3));
        CollectionAssert.AreEqual(map.ToPng(2), map.ToPng(2));
        Png white = Png.Open(new ImageMap(2, 2, 0, new float[4]).ToPng(1));
        Assert.IsTrue(Enumerable.Range(0, 4).All(i => white.GetPixel(i % 2, i / 2).Equals(new Pixel(255, 255, 255))));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => map.ToPng(0));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => map.ToPng(20_000));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => _ = map[2, 0]);
    }

    [TestMethod]
    public void SavesAPicture()
    {
        using var folder = new TemporaryFolder();
        using var explainer = new ImageExplainer(Model.Value);
        ImageMap map = explainer.Saliency(Strokes.Rows(6, 5)[0].Features);
        map.SavePng(folder["map.png"], 4);
        CollectionAssert.AreEqual(map.ToPng(4), File.ReadAllBytes(folder["map.png"]));
    }

    [TestMethod]
    public void WrongArgumentsAreTold()
    {
        using var explainer = new ImageExplainer(Model.Value);
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => explainer.Saliency(new float[80])).Message, "[2, 8, 10]");
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => explainer.Gradient(new float[160], 3)).Message, "from 0 to 2");
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => explainer.Occlusion(new float[160], size: 2, stride: 3));
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => explainer.Saliency([.. new float[159], float.NaN])).Message, "NaN");
        var context = new MLContext(seed: 1);
        var mlp = new MlpTrainer(context, hiddenLayers: [], numberOfEpochs: 1).Fit(Blobs.Load(context, 30)).Model;
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => new ImageExplainer(mlp)).Message, "not an image");
    }

    private static MulticlassNetworkModelParameters Train()
    {
        var context = new MLContext(seed: 1);
        return new CnnTrainer(context, new CnnTrainer.Options
        {
            Layers = [Conv2D(6, 3, padding: 1), BatchNorm(), Tanh(), AveragePool(2), Dropout(0.1), Flatten(), Dense(8), Tanh()],
            NumberOfEpochs = 15,
            BatchSize = 16,
            LearningRate = 0.01,
            Seed = 3,
        }).Fit(Strokes.Load(context)).Model;
    }

    /// <summary>The slope of an output before softmax, by central differences in double precision.</summary>
    private static double Slope(float[] image, int pixel, int kind)
    {
        using var backend = new ReferenceBackend<double>();
        using var network = new Network<double>(Model.Value.Definition, backend, 1, training: false);
        network.Load(Model.Value.Weights);
        double Output(double change)
        {
            double[] x = Array.ConvertAll(image, v => (double)v);
            x[pixel] += change;
            backend.Write(x, network.Input);
            double[] outputs = new double[3];
            backend.Read(network.Forward(network.Input, 1), outputs);
            return outputs[kind];
        }

        return (Output(1e-4) - Output(-1e-4)) / 2e-4;
    }

    private static float[] Score(float[] image)
    {
        float[] scores = new float[3];
        ((IRowScorer)Model.Value).Score(image, 1, scores);
        return scores;
    }
}
