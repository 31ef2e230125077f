
namespace MLNet.GradientTrainers.Kernels.Tests;

/// <summary>The layers for images, in a network on the reference back end, against numbers that PyTorch made (tests/golden/images.py).</summary>
[TestClass]
public sealed class ImageLayerGoldenTests
{
    private static readonly Case[] s_cases = GoldenFile.Read<Case[]>("images.json");

    private static IEnumerable<object[]> Cases => s_cases.Select((_, i) => new object[] { i });

    [TestMethod]
    [DynamicData(nameof(Cases))]
    public void ComputesWhatPyTorchComputes(int index)
    {
        Case golden = s_cases[index];
        string what = $"{golden.Layer} on [{string.Join(", ", golden.Shape)}]";
        NetworkDefinition definition = new(new TensorShape(golden.Shape), [golden.Layer]);
        using ReferenceBackend<double> backend = new();
        using Network<double> network = new(definition, backend, golden.Rows + 2, training: true, inputGradient: true);
        foreach (ParameterSlot slot in definition.Parameters)
        {
            backend.Write(golden.Parameters[slot.Index], Slot(network.Parameters, slot));
        }

        Tensor<double> output = network.Forward(backend.Tensor(golden.Input), golden.Rows, golden.Training);
        TestTensors.AreClose(golden.Output, backend.Values(output), 1e-12, $"{what}: output");
        network.Backward(backend.Tensor(golden.OutputGradient), golden.Rows);
        TestTensors.AreClose(golden.InputGradient, backend.Values(network.InputGradient.Slice(0, golden.Input.Length)), 1e-12, $"{what}: input gradient");
        foreach (ParameterSlot slot in definition.Parameters)
        {
            if (slot.Spec.Trainable)
            {
                TestTensors.AreClose(golden.ParameterGradients[slot.Index], backend.Values(Slot(network.Gradients, slot)), 1e-12, $"{what}: gradient of {slot.Spec.Name}");
            }
            else
            {
                TestTensors.AreClose(golden.Statistics[slot.Index - 2], backend.Values(Slot(network.Parameters, slot)), 1e-12, $"{what}: {slot.Spec.Name}");
            }
        }
    }

    private static Tensor<double> Slot(Tensor<double> vector, ParameterSlot slot) => vector.Slice(slot.Offset, slot.Length);

    private sealed record Case(
        Layer Layer,
        int[] Shape,
        int Rows,
        bool Training,
        double[][] Parameters,
        double[] Input,
        double[] Output,
        double[] OutputGradient,
        double[] InputGradient,
        double[][] ParameterGradients,
        double[][] Statistics);
}
