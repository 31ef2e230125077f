namespace MLNet.GradientTrainers.Benchmarks;

/// <summary>All benchmarks, in the order of the table.</summary>
internal static class Catalog
{
    public static Benchmark[] All =>
    [
        new MnistMlpEpoch("mnist-mlp-epoch", "tensors"),
        new MnistMlpEpoch("mnist-mlp-epoch-loader", "dataloader"),
        new MlpPrediction("mnist-mlp-predict"),
        new CnnTraining("mnist-cnn-64", CnnNetworks.Mnist, 64),
        new CnnTraining("mnist-cnn-256", CnnNetworks.Mnist, 256),
        new CnnTraining("s7-cnn-64", CnnNetworks.S7, 64),
        new CnnTraining("mnist-cnn-64-direct", CnnNetworks.Mnist, 64, besideDirect: true),
        new CnnTraining("s7-cnn-64-direct", CnnNetworks.S7, 64, besideDirect: true),
        new CnnMemory("mnist-cnn-256-memory", CnnNetworks.Mnist, 256),
        new MatMul("matmul-forward-1", 512, 256, 784),
        new MatMul("matmul-square", 1024, 1024, 1024),
        .. ConvolutionLayer.All(),
        new CsvLine("linear-csv-1000"),
        new SineEpoch("sine-epoch", "torch"),
        new SineEpoch("sine-epoch-numpy", "numpy"),
        new LinearSgd("linear-sgd-copy"),
        new OnlineGradientDescent("linear-sgd-mlnet", passes: 1),
        new OnlineGradientDescent("linear-sgd-mlnet-5", passes: 5),
        new RowsRead("rows-read-cached", isText: false),
        new RowsRead("rows-read-text", isText: true),
        new SparseMlpEpoch("sparse-mlp-epoch"),
        new SparseMlpPrediction("sparse-mlp-predict"),
    ];
}
