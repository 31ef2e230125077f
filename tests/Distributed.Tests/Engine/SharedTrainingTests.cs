using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers.Distributed.Tests;

/// <summary>The engine's contract: the same bits for any number of processes and of replicas in each.</summary>
[TestClass]
public sealed class SharedTrainingTests
{
    private static readonly NetworkDefinition s_perceptron = new(
        new TensorShape(Nets.Width), [new Dense(33, new ReLU()), new Dropout(0.3), new Dense(18, new Tanh()), new Dense(3)]);

    private static readonly NetworkDefinition s_batchNormalization = new(
        new TensorShape(Nets.Width), [new Normalization(), new Dense(14), new BatchNormalization(), new ActivationLayer(new ReLU()), new Dense(9), new BatchNormalization(), new Dense(3)]);

    private static readonly NetworkDefinition s_convolutions = new(
        new TensorShape(1, 3, 7), [new Convolution2D(4, 2, activation: new ReLU()), new BatchNormalization(), new SpatialDropout(0.2), new Flatten(), new Dense(3)]);

    /// <summary>More than one slice, of a layer that is cut and of layers that are put together.</summary>
    private static readonly NetworkDefinition s_wide = new(
        new TensorShape(Nets.Width), [new Dense(300, new Tanh()), new Dense(500, new ReLU()), new BatchNormalization(), new Dense(170, new Tanh()), new Dense(3)]);

    private static TrainingOptions Options => Nets.Options;

    private static IEnumerable<object[]> Cases =>
    [
        ["plain", s_perceptron, Options],
        ["clipped", s_perceptron, Options with { ClipNorm = 0.3, ClipValue = 0.2, L2Regularization = 1e-3, MaxNorm = 2 }],
        ["accumulated", s_perceptron, Options with { AccumulationSteps = 3, AverageDecay = 0.8 }],
        ["stopped early", s_perceptron, Options with { ValidationFraction = 0.2, EarlyStopping = new EarlyStopping { Patience = 1 }, NumberOfEpochs = 4, Schedule = new ReduceOnPlateau { Patience = 0 } }],
        ["five shards", s_perceptron, Options with { Shards = 5 }],
        ["one row a batch", s_perceptron, Options with { BatchSize = 1, NumberOfEpochs = 1 }],
        ["batch normalization", s_batchNormalization, Options with { ClipNorm = 1, ValidationFraction = 0.3 }],
        ["convolutions", s_convolutions, Options],
        ["several slices", s_wide, Options with { NumberOfEpochs = 1, BatchSize = 100 }],
    ];

    [TestMethod]
    [DynamicData(nameof(Cases))]
    public void Processes_DoNotChangeABit(string name, NetworkDefinition definition, TrainingOptions options)
    {
        (float[] expected, TrainingResult result) = Nets.Train(definition, options, null, replicas: 1);
        Assert.IsTrue(Array.TrueForAll(expected, float.IsFinite), name);
        foreach (int[] replicas in new[] { new[] { 1 }, [1, 1], [1, 1, 1], [2, 1], [1, 1, 1, 1] })
        {
            if (replicas.Max() * replicas.Length <= options.Shards)
            {
                foreach ((float[] weights, TrainingResult own) in InProcessCommunicator.Run(replicas.Length, communicator => Nets.Train(definition, options, communicator, replicas[communicator.Rank])))
                {
                    Nets.AssertSameBits(expected, weights, $"{name}, {string.Join('+', replicas)} replicas");
                    Nets.AssertSame(result, own);
                }
            }
        }
    }

    [TestMethod]
    public void ACancelledProcess_EndsAllAfterTheSameBatch()
    {
        TrainingResult[] results = InProcessCommunicator.Run(3, communicator =>
        {
            using CancellationTokenSource source = new();
            TrainingOptions options = Options with { CancellationToken = source.Token, CancellationBehavior = CancellationBehavior.ReturnBest, NumberOfEpochs = 50, OnEpoch = epoch => CancelLater(epoch, communicator, source) };
            return Nets.Train(s_perceptron, options, communicator, 1).Result;
        });
        foreach (TrainingResult result in results)
        {
            Assert.AreEqual(StopReason.Cancelled, result.StopReason);
            Assert.AreEqual(2, result.Epochs);
        }

        var thrown = Assert.ThrowsExactly<AggregateException>(() => InProcessCommunicator.Run(3, communicator =>
        {
            using CancellationTokenSource source = new();
            return Nets.Train(s_perceptron, Options with { CancellationToken = source.Token, NumberOfEpochs = 50, OnEpoch = epoch => CancelLater(epoch, communicator, source) }, communicator, 1);
        }));
        Assert.HasCount(3, thrown.InnerExceptions.OfType<OperationCanceledException>());

        static void CancelLater(EpochRecord epoch, Communicator communicator, CancellationTokenSource source)
        {
            if (epoch.Epoch == 2 && communicator.Rank == 1)
            {
                source.Cancel();
            }
        }
    }

    [TestMethod]
    public void AProcessThatFails_EndsTheOthersByName()
    {
        var thrown = Assert.ThrowsExactly<AggregateException>(() => InProcessCommunicator.Run(3, communicator =>
        {
            TrainingOptions options = Options with { NumberOfEpochs = 50, OnEpoch = epoch => _ = communicator.Rank == 2 && epoch.Epoch == 2 ? throw new IOException("the disk is full") : 0 };
            return Nets.Train(s_perceptron, options, communicator, 1);
        }));
        Assert.AreEqual("the disk is full", thrown.InnerExceptions.OfType<IOException>().Single().Message);
        CommunicationException[] others = [.. thrown.InnerExceptions.OfType<CommunicationException>()];
        Assert.HasCount(2, others);
        foreach (CommunicationException other in others)
        {
            Assert.AreEqual("Rank 2 of 3 (thread 2) has failed: the disk is full", other.Message);
            Assert.AreEqual(2, other.Rank);
        }
    }

    [TestMethod]
    public void Divergence_IsTheSameInAll_AndLeavesThemOfUse()
    {
        string[] messages = InProcessCommunicator.Run(2, communicator =>
        {
            string message = Assert.ThrowsExactly<DivergenceException>(() => Nets.Train(s_perceptron, Options with { Optimizer = new Sgd { LearningRate = 1e30 } }, communicator, 1)).Message;
            Nets.Train(s_perceptron, Options with { NumberOfEpochs = 1 }, communicator, 1);
            return message;
        });
        Assert.AreEqual(messages[0], messages[1]);
    }

    [TestMethod]
    public void MoreProcessesThanShards_AreRefused()
    {
        var thrown = Assert.ThrowsExactly<AggregateException>(() => InProcessCommunicator.Run(2, communicator => Nets.Train(s_perceptron, Options with { Shards = 1 }, communicator, 1)));
        StringAssert.Contains(thrown.InnerExceptions[0].Message, "Set Shards to at least 2, or start fewer processes");
    }
}
