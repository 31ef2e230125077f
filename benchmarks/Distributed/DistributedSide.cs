using System.Globalization;
using MLNet.GradientTrainers.Distributed;
using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers.Benchmarks;

/// <summary>One side of <see cref="DistributedCommand"/>, a process of its own: a rank of one thread where a launcher of MPI has started it, else two threads alone.</summary>
internal static class DistributedSide
{
    public const string Command = "distributed-side";

    /// <summary>The networks, by their names in the table.</summary>
    public static readonly string[] Networks = ["s8-mlp-4096", "mnist-cnn-256"];

    private const int Steps = 8;
    private const int Epochs = 15;
    private const int Threads = 2;

    /// <summary>Trains, and prints the seconds of a step (the fastest epoch but the first) and the bytes that a rank sends for it.</summary>
    public static int Run(string name)
    {
        using Communicator? communicator = MpiCommunicator.IsLaunched ? MpiCommunicator.Create() : null;
        bool isCnn = name == Networks[1];
        var definition = isCnn ? CnnNetworks.Create(CnnNetworks.Mnist) : DigitLike.Network();
        int batch = isCnn ? 256 : 4096;
        var data = isCnn ? CnnNetworks.Images(definition, Steps * batch) : DigitLike.Rows(Steps * batch);
        List<double> seconds = [];
        var options = (isCnn ? CnnNetworks.Options(CnnNetworks.Mnist, batch) : new TrainingOptions { Loss = new MeanSquaredError(), Optimizer = new Sgd { LearningRate = 0.01, Momentum = 0.9 }, BatchSize = batch })
            with { NumberOfEpochs = Epochs, OnEpoch = epoch => seconds.Add(epoch.Seconds) };
        using var backend = Backend.Create(BackendKind.Simd, communicator is null ? Threads : 1);
        using var network = new Network<float>(definition, backend, communicator is null ? batch : options.ShardRows(batch, definition), training: true);
        network.Load(NetworkWeights.Initialize(definition, 1));
        long before = communicator?.BytesSent ?? 0;
        var loop = communicator is null ? new TrainingLoop<float>(network, options) : new TrainingLoop<float>([network], options, communicator);
        loop.Run(data);
        if (communicator is not { Rank: > 0 })
        {
            double bytes = ((communicator?.BytesSent ?? 0) - before) / (double)(Steps * Epochs);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"measured {seconds.Skip(1).Min() / Steps:R} {bytes:R}"));
        }

        return 0;
    }
}
