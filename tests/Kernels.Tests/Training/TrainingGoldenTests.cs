namespace MLNet.GradientTrainers.Kernels.Tests;

/// <summary>Three epochs of a convolutional network, batch by batch, against numbers that PyTorch made (tests/golden/training.py).</summary>
[TestClass]
public sealed class TrainingGoldenTests
{
    private static readonly Golden s_golden = GoldenFile.Read<Golden>("training.json");

    [TestMethod]
    public void ReferenceInDouble()
    {
        using ReferenceBackend<double> backend = new();
        Train(backend, 1e-12);
    }

    [TestMethod]
    public void Simd()
    {
        using SimdBackend backend = new(2);
        Train(backend, 1e-4);
    }

    private static void Train<T>(IBackend<T> backend, double tolerance)
        where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>
    {
        NetworkDefinition definition = new(new TensorShape(s_golden.Network.Input), s_golden.Network.Layers);
        using Network<T> network = new(definition, backend, s_golden.BatchSize, training: true);
        foreach (ParameterSlot slot in definition.Parameters)
        {
            backend.Write(Array.ConvertAll(s_golden.Start[slot.Layer][slot.Index], T.CreateTruncating), network.Parameters.Slice(slot.Offset, slot.Length));
        }

        List<double> losses = [];
        TrainingOptions options = new()
        {
            Loss = new SoftmaxCrossEntropy(),
            Optimizer = new Sgd { LearningRate = s_golden.LearningRate, Momentum = s_golden.Momentum },
            L2Regularization = s_golden.WeightDecay,
            BatchSize = s_golden.BatchSize,
            NumberOfEpochs = s_golden.Epochs,
            Shuffle = false,
            OnBatch = batch => losses.Add(batch.Loss),
        };
        float[] images = Array.ConvertAll(s_golden.Images, v => (float)v);
        DenseRows rows = new(images, definition.InputShape.Size);
        new TrainingLoop<T>(network, options).Run(new TrainingData(rows, new ClassRows(s_golden.Labels, s_golden.Classes)));

        TestTensors.AreClose(s_golden.Losses, [.. losses], tolerance, "losses");
        foreach (ParameterSlot slot in definition.Parameters)
        {
            TestTensors.AreClose(
                s_golden.End[slot.Layer][slot.Index], backend.Values(network.Parameters.Slice(slot.Offset, slot.Length)), tolerance, $"layer {slot.Layer + 1}, {slot.Spec.Name}");
        }

        List<double> outputs = [];
        foreach (double[] image in s_golden.Images.Chunk(definition.InputShape.Size))
        {
            outputs.AddRange(backend.Values(network.Forward(backend.Tensor(image), 1)));
        }

        TestTensors.AreClose(s_golden.Outputs, [.. outputs], tolerance, "outputs");
    }

    private sealed record GoldenNetwork(int Format, int[] Input, Layer[] Layers);

    private sealed record Golden(
        GoldenNetwork Network,
        int BatchSize,
        int Epochs,
        double LearningRate,
        double Momentum,
        double WeightDecay,
        double[] Images,
        int[] Labels,
        int Classes,
        double[][][] Start,
        double[] Losses,
        double[][][] End,
        double[] Outputs);
}
