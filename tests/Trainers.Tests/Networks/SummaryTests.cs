using MLNet.GradientTrainers.Kernels;
using static MLNet.GradientTrainers.Cnn;

namespace MLNet.GradientTrainers.Tests.Networks;

[TestClass]
public sealed class SummaryTests
{
    [TestMethod]
    public void TellsShapesWeightsAndWork()
    {
        var definition = new NetworkDefinition(new TensorShape(3, 8, 8), [Conv2D(4, 3, padding: 1), BatchNorm(), ReLU(), MaxPool(2), Flatten(), Dense(10)]);
        string[] expected =
        [
            "Layer                  Output shape  Parameters  Multiply-adds    Bytes",
            "───────────────────────────────────────────────────────────────────────",
            "input                  [3, 8, 8]",
            "1 convolution-2d 3×3   [4, 8, 8]            112          6,912    448 B",
            "2 batch-normalization  [4, 8, 8]             16            256     64 B",
            "3 relu                 [4, 8, 8]              0              0      0 B",
            "4 max-pooling-2d 2×2   [4, 4, 4]              0              0      0 B",
            "5 flatten              [64]                   0              0      0 B",
            "6 dense                [10]                 650            640  2.5 KiB",
            "───────────────────────────────────────────────────────────────────────",
            "Parameters:     778 (3.0 KiB), 8 of them not trained",
            "Multiply-adds:  7,808 a row",
            "Training keeps: 3.3 KiB a row of a batch",
        ];
        Assert.AreEqual(string.Join("\n", expected), NetworkSummary.Of(definition).TrimEnd('\n'));
    }

    [TestMethod]
    public void ABlockShowsItsLayers()
    {
        var definition = new NetworkDefinition(new TensorShape(2, 8, 8), [Residual([Conv2D(4, 3, 2, 1), BatchNorm()], [Conv2D(4, 1, 2)], new ReLU()), Flatten()]);
        string[] expected =
        [
            "Layer                      Output shape  Parameters  Multiply-adds  Bytes",
            "─────────────────────────────────────────────────────────────────────────",
            "input, channels last       [2, 8, 8]",
            "1 residual, relu           [4, 4, 4]            104          1,344  416 B",
            "  1.1 convolution-2d 3×3   [4, 4, 4]             76          1,152  304 B",
            "  1.2 batch-normalization  [4, 4, 4]             16             64   64 B",
            "  1.skip.1 convolution-2d 1×1  [4, 4, 4]             12            128   48 B",
            "2 flatten                  [64]                   0              0    0 B",
            "─────────────────────────────────────────────────────────────────────────",
            "Parameters:     104 (416 B), 8 of them not trained",
        ];
        string[] lines = NetworkSummary.Of(definition, ImageLayout.ChannelsLast).Split('\n');
        CollectionAssert.AreEqual(expected.Select(Words).ToArray(), lines[..10].Select(Words).ToArray());
        Assert.HasCount(1, lines[2..8].Select(line => line.IndexOf('[')).Distinct());
        StringAssert.StartsWith(lines[4], "  1.1 ");

        static string Words(string line) => line.StartsWith('─') ? "─" : string.Join(' ', line.Split(' ', StringSplitOptions.RemoveEmptyEntries));
    }
}
