namespace MLNet.GradientTrainers.Benchmarks;

/// <summary>All benchmarks, in the order of the table.</summary>
internal static class Catalog
{
    public static Benchmark[] All =>
    [
        new MnistMlpEpoch("mnist-mlp-epoch", "tensors"),
        new MnistMlpEpoch("mnist-mlp-epoch-loader", "dataloader"),
        new MlpPrediction("mnist-mlp-predict"),
        new MatMul("matmul-forward-1", 512, 256, 784),
        new MatMul("matmul-square", 1024, 1024, 1024),
        new CsvLine("linear-csv-1000"),
        new SineEpoch("sine-epoch", "torch"),
        new SineEpoch("sine-epoch-numpy", "numpy"),
        new LinearSgd("linear-sgd-copy"),
        new OnlineGradientDescent("linear-sgd-mlnet"),
    ];
}
