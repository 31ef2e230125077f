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
            "Parameters:     778 (3.0 KiB), 8 of them running statistics",
            "Multiply-adds:  7,808 a row",
            "Training keeps: 4.3 KiB a row of a batch",
        ];
        Assert.AreEqual(string.Join("\n", expected), NetworkSummary.Of(definition).TrimEnd('\n'));
    }
}
