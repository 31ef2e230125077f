using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers.Distributed.Tests;

/// <summary>Fits of linear regressions and polynomials, of rows that are enough to be divided, or too few.</summary>
internal static class LinearFits
{
    /// <summary>Of every kind one, by name: whether processes divide its work, and the fit of so many rows, which gives the hash of the model.</summary>
    public static readonly (string Name, bool IsDivided, int Rows, Func<Communicator?, int, string> Fit)[] Kinds =
    [
        ("full batches, whitened", true, 70_000, (communicator, rows) => Linear(new GradientDescentTrainer(new MLContext(1), new GradientDescentTrainer.Options { Communicator = communicator, ValidationFraction = 0.5 }), rows, 3)),
        ("full batches of another loss", true, 50_000, (communicator, rows) => Linear(new GradientDescentTrainer(new MLContext(1), new GradientDescentTrainer.Options { Communicator = communicator, Loss = new Huber(), NumberOfEpochs = 4, Whiten = false, NumberOfThreads = 2 }), rows, 3)),
        ("large batches", true, 6000, (communicator, rows) => Linear(new MiniBatchSgdTrainer(new MLContext(1), Large with { Communicator = communicator }), rows, 64)),
        ("small batches", false, 500, (communicator, rows) => Linear(new MiniBatchSgdTrainer(new MLContext(1), new MiniBatchSgdTrainer.Options { Communicator = communicator, NumberOfEpochs = 3, Seed = 2 }), rows, 3)),
        ("single rows", false, 500, (communicator, rows) => Linear(new SgdTrainer(new MLContext(1), new SgdTrainer.Options { Communicator = communicator, NumberOfEpochs = 3, Seed = 2 }), rows, 3)),
        ("a polynomial", true, 5000, (communicator, rows) => Polynomial(new PolynomialTrainer.Options { Communicator = communicator, Solver = PolynomialSolver.GradientDescent, Degree = 2, BatchSize = 4096, NumberOfEpochs = 3, Seed = 2 }, rows, 10)),
    ];

    /// <summary>Batches of which each is worth dividing: 4,096 rows of 64 features.</summary>
    public static MiniBatchSgdTrainer.Options Large => new() { BatchSize = 4096, LearningRate = 1e-3, NumberOfEpochs = 6, Seed = 2 };

    /// <summary>The hashes of one fit of each kind.</summary>
    public static string All(Communicator? communicator) => string.Join('-', Kinds.Select(kind => kind.Fit(communicator, kind.Rows)));

    /// <summary>Fits a linear model, and gives its hash.</summary>
    public static string Linear(LinearTrainer trainer, int rows, int width)
    {
        var model = trainer.Fit(View(rows, width)).Model;
        return Hash([.. model.Weights, model.Bias]);
    }

    /// <summary>Rows of a line with some noise.</summary>
    public static IDataView View(int rows, int width)
    {
        RandomSource random = new(7);
        Point[] points = new Point[rows];
        for (int i = 0; i < rows; i++)
        {
            float[] features = [.. Enumerable.Range(0, width).Select(_ => (float)random.NextGaussian())];
            points[i] = new Point { Features = features, Label = features[0] - (2 * features[^1]) + 3 + (float)random.NextGaussian() };
        }

        var schema = SchemaDefinition.Create(typeof(Point));
        schema["Features"].ColumnType = new VectorDataViewType(NumberDataViewType.Single, width);
        return new MLContext(1).Data.LoadFromEnumerable(points, schema);
    }

    private static string Polynomial(PolynomialTrainer.Options options, int rows, int width) =>
        Hash([.. new PolynomialTrainer(new MLContext(1), options).Fit(View(rows, width)).Model.Coefficients.Select(term => (float)term.Coefficient)]);

    private static string Hash(float[] values)
    {
        Assert.IsTrue(Array.TrueForAll(values, float.IsFinite));
        return Convert.ToHexStringLower(SHA256.HashData(MemoryMarshal.AsBytes<float>(values)), 0, 8);
    }

    internal sealed class Point
    {
        public float[] Features { get; set; } = [];

        public float Label { get; set; }
    }
}
