using System.Diagnostics;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNet.GradientTrainers.Benchmarks.LibTorch;

/// <summary>784 → 256 → 64 → 10, as in pytorch/mnist_mlp.py and mnist_predict.py.</summary>
internal static class Perceptron
{
    private const int Rows = 60_000;
    private const int Batch = 512;

    /// <summary>Seconds of an epoch: mean squared error, SGD with momentum, rows indexed in memory.</summary>
    public static double EpochSeconds()
    {
        using var images = rand(Rows, 784);
        using var labels = functional.one_hot(randint(0, 10, [Rows], dtype: ScalarType.Int64), 10).to_type(ScalarType.Float32);
        using var model = Model();
        using var optimizer = optim.SGD(model.parameters(), learningRate: 0.01, momentum: 0.9);
        using var loss = MSELoss();
        Epoch();
        double[] seconds = [.. Enumerable.Range(0, 3).Select(_ => Epoch())];
        Array.Sort(seconds);
        return seconds[1];

        double Epoch()
        {
            var watch = Stopwatch.StartNew();
            using var order = randperm(Rows, dtype: ScalarType.Int64);
            double total = 0;
            for (int start = 0; start < Rows; start += Batch)
            {
                using var scope = NewDisposeScope();
                var rows = order[TensorIndex.Slice(start, Math.Min(Rows, start + Batch))];
                optimizer.zero_grad();
                var error = loss.call(model.call(images.index_select(0, rows)), labels.index_select(0, rows));
                error.backward();
                optimizer.step();
                total += error.item<float>();
            }

            return watch.Elapsed.TotalSeconds;
        }
    }

    /// <summary>Rows a second, 256 at a time.</summary>
    public static double PredictionsASecond()
    {
        using var model = Model();
        using var rows = rand(256, 784);
        using var noGradient = no_grad();
        Run(20);
        return Run(200);

        double Run(int batches)
        {
            var watch = Stopwatch.StartNew();
            for (int i = 0; i < batches; i++)
            {
                using var scope = NewDisposeScope();
                model.call(rows);
            }

            return 256 * batches / watch.Elapsed.TotalSeconds;
        }
    }

    private static Sequential Model() => Sequential(Linear(784, 256), ReLU(), Linear(256, 64), ReLU(), Linear(64, 10));
}
