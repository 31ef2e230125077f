using static MLNet.GradientTrainers.Kernels.Tests.TrainingFixture;

namespace MLNet.GradientTrainers.Kernels.Tests;

/// <summary>Passes of sparse batches through a network.</summary>
[TestClass]
public class NetworkSparseTests
{
    private const int Inputs = 12;
    private const int Rows = 5;

    /// <summary>Central differences over every weight, with activations that need their input and that do not, and with the input's gradient asked for.</summary>
    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public void Gradients_AgreeWithDifferences(bool inputGradient)
    {
        foreach (Activation activation in (Activation[])[new Tanh(), new GELU(), new Identity()])
        {
            NetworkDefinition definition = new(new TensorShape(Inputs), [new Dense(4, activation), new Dropout(0.3), new Dense(2)]);
            using ReferenceBackend<double> backend = new();
            using Network<double> network = new(definition, backend, Rows, training: true, inputGradient);
            network.Load(NetworkWeights.Initialize(definition, 3));
            SparseBatch<double> batch = Batch<double>(seed: 4);
            double[] weights = TestTensors.Gaussians(Rows * 2, 5);
            double Function(double[] parameters)
            {
                backend.Write(parameters, network.Parameters);
                return GradientCheck.Inner(weights, backend.Values(network.Forward(batch, training: true, key: 7)));
            }

            double[] point = backend.Values(network.Parameters);
            Function(point);
            backend.Write(weights, network.OutputGradient);
            network.Backward(network.OutputGradient, Rows);
            double[] gradient = backend.Values(network.Gradients);
            GradientCheck.Verify(activation.Name, point, gradient, Function);
            Assert.IsGreaterThan(0.01, gradient.Max(Math.Abs), "the check compared more than zeros");
        }
    }

    [TestMethod]
    [DataRow(BackendKind.Reference)]
    [DataRow(BackendKind.Simd)]
    public void SparseAndDenseBatchesInTurnGiveTheSameOutputsAndGradients(BackendKind kind)
    {
        NetworkDefinition definition = new(new TensorShape(Inputs), [new Dense(7, new ReLU()), new Dense(3)]);
        using IBackend<float> backend = Backend.Create(kind, 2);
        using Network<float> network = Trainable(backend, definition, Rows);
        foreach (string order in (string[])["ssds", "dsdds"])
        {
            for (int i = 0; i < order.Length; i++)
            {
                SparseBatch<float> batch = Batch<float>((ulong)i);
                (float[] output, float[] gradient) = Pass(network, batch, sparse: true);
                (float[] expected, float[] expectedGradient) = Pass(network, batch, sparse: false);
                if (order[i] == 's')
                {
                    // So that the next sparse pass follows a sparse one.
                    Pass(network, batch, sparse: true);
                }

                AssertSameBits(expected, output);
                AssertSameBits(expectedGradient, gradient);
            }
        }
    }

    [TestMethod]
    public void Misuse_IsRefused()
    {
        using IBackend<float> backend = new ReferenceBackend<float>();
        using Network<float> network = Trainable(backend, new(new TensorShape(Inputs), [new Dense(2)]), Rows);
        using Network<float> lean = new(network.Definition, backend, Rows, training: false);
        using Network<float> dropout = Trainable(backend, new(new TensorShape(Inputs), [new Dropout(0.5), new Dense(2)]), Rows);
        SparseBatch<float> batch = Batch<float>(1);
        Assert.IsTrue(network.TakesSparseInput);
        Assert.IsFalse(dropout.TakesSparseInput);
        StringAssert.Contains(Assert.ThrowsExactly<InvalidOperationException>(() => dropout.Forward(batch)).Message, "Give the rows dense");
        Assert.ThrowsExactly<InvalidOperationException>(() => lean.Forward(batch, training: true));
        Assert.ThrowsExactly<ArgumentException>(() => network.Forward(new SparseBatch<float>(Inputs + 1)));
        Assert.ThrowsExactly<ArgumentNullException>(() => network.Forward(null!));
        batch.Add([], []);
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => network.Forward(batch));
        batch.Clear();
        Assert.AreEqual(0, network.Forward(batch).Length);
    }

    private static (float[] Output, float[] Gradient) Pass(Network<float> network, SparseBatch<float> batch, bool sparse)
    {
        IBackend<float> backend = network.Backend;
        if (!sparse)
        {
            float[] dense = new float[Rows * Inputs];
            for (int i = 0; i < Rows; i++)
            {
                for (int p = batch.Starts[i]; p < batch.Starts[i + 1]; p++)
                {
                    dense[(i * Inputs) + batch.Columns[p]] = batch.Values[p];
                }
            }

            backend.Write(dense, network.Input);
        }

        Tensor<float> output = sparse ? network.Forward(batch, training: true) : network.Forward(network.Input, Rows, training: true);
        float[] outputs = new float[output.Length];
        backend.Read(output, outputs);
        backend.Write(BackendCases.Numbers(output.Length, 9), network.OutputGradient);
        network.Backward(network.OutputGradient, Rows);
        float[] gradients = new float[network.Gradients.Length];
        backend.Read(network.Gradients, gradients);
        return (outputs, gradients);
    }

    private static SparseBatch<T> Batch<T>(ulong seed)
        where T : unmanaged, System.Numerics.INumberBase<T>
    {
        RandomSource random = new(seed);
        SparseBatch<T> batch = new(Inputs);
        for (int i = 0; i < Rows; i++)
        {
            int[] columns = [.. Enumerable.Range(0, i).Select(_ => random.NextInt32(Inputs)).Distinct().Order()];
            batch.Add(columns, BackendCases.Numbers(columns.Length, seed + (ulong)i));
        }

        return batch;
    }
}
