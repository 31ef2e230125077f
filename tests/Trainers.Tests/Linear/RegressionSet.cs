using System.Globalization;
using Microsoft.ML;
using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers.Tests;

/// <summary>Rows to fit a linear model to, and how well the best one fits them.</summary>
/// <param name="Features">Raw features.</param>
/// <param name="Labels">Their labels.</param>
internal sealed record RegressionSet(float[][] Features, float[] Labels)
{
    /// <summary>Weights of the rows; 1 each where none are given.</summary>
    public float[] Weights { get; init; } = [.. Labels.Select(_ => 1f)];

    public int Width => Features[0].Length;

    /// <summary>The medical data of <c>data/real</c>, as it is.</summary>
    public static RegressionSet Diabetes()
    {
        float[][] rows = [.. File.ReadLines(Path.Combine(Repository.Root, "data", "real", "diabetes.csv")).Select(line => Array.ConvertAll(line.Split(','), x => float.Parse(x, CultureInfo.InvariantCulture)))];
        return new RegressionSet([.. rows.Select(row => row[1..])], [.. rows.Select(row => row[0])]);
    }

    /// <summary>Normal rows in random directions whose deviations fall from 1 to 1/condition, so that standardising does not part them; then moved, and each column in another unit.</summary>
    /// <param name="rows">Number of rows.</param>
    /// <param name="width">Number of features.</param>
    /// <param name="condition">The condition number of the rows before units.</param>
    /// <param name="noise">Deviation of the labels' noise.</param>
    /// <param name="offset">How far from 0 the columns lie, in deviations.</param>
    /// <param name="units">Whether columns are of sizes from 1e-3 to 1e5.</param>
    /// <param name="seed">Seed.</param>
    public static RegressionSet Generate(int rows, int width, double condition, double noise, double offset = 0, bool units = false, int seed = 1)
    {
        RandomSource random = new((ulong)seed);
        var directions = new List<double[]>();
        while (directions.Count < width)
        {
            directions.Add(Unit([.. Enumerable.Range(0, width).Select(_ => random.NextGaussian())], directions));
        }

        double[] plane = [.. Enumerable.Range(0, width).Select(_ => random.NextGaussian())];
        var features = new float[rows][];
        var labels = new float[rows];
        for (int i = 0; i < rows; i++)
        {
            double[] x = new double[width];
            for (int k = 0; k < width; k++)
            {
                double along = random.NextGaussian() * Math.Pow(condition, -k / Math.Max(1.0, width - 1));
                x = [.. x.Zip(directions[k], (value, part) => value + (along * part))];
            }

            labels[i] = (float)(Dot(plane, x) + (noise * random.NextGaussian()) + 3);
            features[i] = [.. x.Select((value, j) => (float)((value + offset) * (units ? Math.Pow(10, -3 + (8.0 * j / Math.Max(1, width - 1))) : 1)))];
        }

        return new RegressionSet(features, labels);
    }

    public IDataView Load() => FeatureRows.Load(Features.Select((row, i) => new Row { Features = row, Label = Labels[i], Weight = Weights[i] }), Width);

    /// <summary>The mean squared error of a model, by the rows' weights.</summary>
    public double Loss(LinearModel model) =>
        Features.Select((row, i) => Weights[i] * Math.Pow(model.Predict(Array.ConvertAll(row, x => (double)x)) - Labels[i], 2)).Sum() / Weights.Sum(w => (double)w);

    /// <summary>The mean squared error of the best model: what is left of the labels beside all columns, made orthogonal one after another.</summary>
    public double LeastLoss()
    {
        double[] roots = Array.ConvertAll(Weights, w => Math.Sqrt(w));
        double total = Weights.Sum(w => (double)w);
        var basis = new List<double[]> { Unit(roots, []) };
        for (int j = 0; j < Width; j++)
        {
            double mean = Features.Select((row, i) => (double)Weights[i] * row[j]).Sum() / total;
            double[] column = [.. Features.Select((row, i) => roots[i] * (row[j] - mean))];
            double size = Math.Sqrt(Dot(column, column));
            double[] rest = Without(column, basis);
            if (Math.Sqrt(Dot(rest, rest)) > 1e-9 * size)
            {
                basis.Add(Unit(column, basis));
            }
        }

        double[] left = Without([.. Labels.Select((label, i) => roots[i] * label)], basis);
        return Dot(left, left) / total;
    }

    private static double[] Unit(double[] vector, List<double[]> others)
    {
        vector = Without(vector, others);
        double size = Math.Sqrt(Dot(vector, vector));
        return Array.ConvertAll(vector, x => x / size);
    }

    /// <summary>Twice, as rounding leaves something the first time.</summary>
    private static double[] Without(double[] vector, List<double[]> units)
    {
        double[] rest = [.. vector];
        foreach (double[] unit in units.Concat(units))
        {
            double along = Dot(unit, rest);
            for (int i = 0; i < rest.Length; i++)
            {
                rest[i] -= along * unit[i];
            }
        }

        return rest;
    }

    private static double Dot(double[] a, double[] b) => a.Zip(b, (x, y) => x * y).Sum();

    internal sealed class Row
    {
        public float Label { get; set; }

        public float[] Features { get; set; } = [];

        public float Weight { get; set; }
    }
}
