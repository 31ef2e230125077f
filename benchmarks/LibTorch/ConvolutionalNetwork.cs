using System.Diagnostics;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNet.GradientTrainers.Benchmarks.LibTorch;

/// <summary>The networks of pytorch/cnn.py: images a second of training.</summary>
internal static class ConvolutionalNetwork
{
    private const int Count = 4096;

    public static double ImagesASecond(string network, int batch)
    {
        bool isDigits = network == "mnist";
        using var model = isDigits ? Digits() : SystemS7();
        using var images = isDigits ? rand(Count, 1, 28, 28) : rand(Count, 3, 32, 32);
        using var classes = randint(0, 10, [Count], dtype: ScalarType.Int64);
        using var labels = isDigits ? classes.alias() : functional.one_hot(classes, 10).to_type(ScalarType.Float32);
        using var loss = new Loss(isDigits);
        using optim.Optimizer optimizer = isDigits ? optim.SGD(model.parameters(), learningRate: 0.01, momentum: 0.9) : optim.RMSProp(model.parameters(), 1e-4);
        Epoch();
        return Count / Epoch();

        double Epoch()
        {
            var watch = Stopwatch.StartNew();
            using var order = randperm(Count, dtype: ScalarType.Int64);
            double total = 0;
            for (int start = 0; start < Count; start += batch)
            {
                using var scope = NewDisposeScope();
                var rows = order[TensorIndex.Slice(start, Math.Min(Count, start + batch))];
                optimizer.zero_grad();
                var error = loss.Of(model.call(images.index_select(0, rows)), labels.index_select(0, rows));
                error.backward();
                optimizer.step();
                total += error.item<float>();
            }

            return watch.Elapsed.TotalSeconds;
        }
    }

    private static Sequential Digits() => Sequential(
        Conv2d(1, 32, 5, padding: 2), ReLU(), MaxPool2d(2), Conv2d(32, 64, 5, padding: 2), ReLU(), MaxPool2d(2), Flatten(), Linear(3136, 128), ReLU(), Linear(128, 10));

    private static Sequential SystemS7() => Sequential(
        Conv2d(3, 32, 5, padding: 2), MaxPool2d(2), Conv2d(32, 32, 5, padding: 2), MaxPool2d(2), Conv2d(32, 64, 5, padding: 2), MaxPool2d(2), Flatten(), Linear(1024, 64), Linear(64, 10));

    private sealed class Loss(bool isOfClasses) : IDisposable
    {
        private readonly CrossEntropyLoss _ofClasses = CrossEntropyLoss();
        private readonly MSELoss _ofNumbers = MSELoss();

        public Tensor Of(Tensor scores, Tensor labels) => isOfClasses ? _ofClasses.call(scores, labels) : _ofNumbers.call(scores, labels);

        public void Dispose()
        {
            _ofClasses.Dispose();
            _ofNumbers.Dispose();
        }
    }
}
