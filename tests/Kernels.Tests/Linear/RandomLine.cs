using System.Globalization;

namespace MLNet.GradientTrainers.Kernels.Tests;

/// <summary>Random rows round a random plane, and the weights that fit them best.</summary>
internal sealed class RandomLine
{
    private readonly int _width;
    private readonly float[] _features;
    private readonly double[] _targets;
    private readonly double[]? _weights;

    public RandomLine(int rows, int width, double noise, int seed, bool weighted = false, int? useful = null)
    {
        RandomSource random = new((ulong)seed);
        _width = width;
        _features = new float[rows * width];
        _targets = new double[rows];
        _weights = weighted ? new double[rows] : null;
        double[] plane = new double[width];
        for (int j = 0; j < (useful ?? width); j++)
        {
            plane[j] = j % 2 == 0 ? 1 + random.NextDouble() : -1 - random.NextDouble();
        }

        for (int i = 0; i < rows; i++)
        {
            double sum = 0.5;
            for (int j = 0; j < width; j++)
            {
                float x = (float)((2 * random.NextDouble()) - 1);
                _features[(i * width) + j] = x;
                sum += plane[j] * x;
            }

            _targets[i] = sum + (noise * random.NextGaussian());
            if (_weights is not null)
            {
                _weights[i] = i % 5 == 0 ? 0 : 0.2 + random.NextDouble();
            }
        }
    }

    private RandomLine(int width, float[] features, double[] targets, double[]? weights) => (_width, _features, _targets, _weights) = (width, features, targets, weights);

    /// <summary>One-hot categories, all but the first, that has none; a year, an income that some rows have not, and an age.</summary>
    public static RandomLine WithCategories(int rows, int categories, int seed, bool weighted = false)
    {
        RandomSource random = new((ulong)seed);
        int width = categories + 2;
        double[] levels = [.. Enumerable.Range(0, categories).Select(_ => random.NextGaussian())];
        float[] features = new float[rows * width];
        double[] targets = new double[rows];
        for (int i = 0; i < rows; i++)
        {
            Span<float> row = features.AsSpan(i * width, width);
            int category = i < categories ? i : random.NextInt32(categories);
            if (category > 0)
            {
                row[category - 1] = 1;
            }

            row[^3] = 2000 + random.NextInt32(16);
            row[^2] = i % 9 == 0 ? 0 : (float)(45_000 + (12_000 * random.NextGaussian()));
            row[^1] = 18 + random.NextInt32(60);
            targets[i] = levels[category] + (0.15 * (row[^3] - 2008)) + (4e-5 * row[^2]) - (0.02 * row[^1]) + (0.6 * random.NextGaussian());
        }

        return new RandomLine(width, features, targets, weighted ? [.. Enumerable.Range(0, rows).Select(i => i % 5 == 0 ? 0 : 0.2 + random.NextDouble())] : null);
    }

    public LinearData Single() => new(new DenseRows(_features, _width), _targets, _weights);

    public LinearData Double() => new(Array.ConvertAll(_features, x => (double)x), _width, _targets, _weights);

    public LinearData Sparse()
    {
        SparseRowsBuilder builder = new(_width);
        for (int i = 0; i < _targets.Length; i++)
        {
            builder.Add(_features.AsSpan(i * _width, _width));
        }

        return new LinearData(builder.Build(), _targets, _weights);
    }

    /// <summary>The rows through a table of another kind.</summary>
    public LinearData Other() => new(new Subset(new DenseRows(_features, _width), [.. Enumerable.Range(0, _targets.Length)]), _targets, _weights);

    /// <summary>Weights and bias from the normal equations, by Gaussian elimination with pivots.</summary>
    public double[] ClosedForm(double ridge = 0)
    {
        int n = _width + 1;
        double[,] a = new double[n, n + 1];
        for (int i = 0; i < _targets.Length; i++)
        {
            double weight = _weights?[i] ?? 1;
            for (int j = 0; j < n; j++)
            {
                for (int k = 0; k < n; k++)
                {
                    a[j, k] += weight * X(i, j) * X(i, k);
                }

                a[j, n] += weight * X(i, j) * _targets[i];
            }
        }

        for (int j = 0; j < _width; j++)
        {
            a[j, j] += ridge;
        }

        return Solve(a);
    }

    /// <summary>The mean squared error of some weights and a bias, by the rows' weights.</summary>
    public double Loss(double[] parameters)
    {
        double sum = 0;
        double total = 0;
        for (int i = 0; i < _targets.Length; i++)
        {
            double weight = _weights?[i] ?? 1;
            double error = Enumerable.Range(0, _width + 1).Sum(j => parameters[j] * X(i, j)) - _targets[i];
            sum += weight * error * error;
            total += weight;
        }

        return sum / total;
    }

    private double X(int row, int column) => column == _width ? 1 : _features[(row * _width) + column];

    private static double[] Solve(double[,] a)
    {
        int n = a.GetLength(0);
        for (int p = 0; p < n; p++)
        {
            int best = Enumerable.Range(p, n - p).MaxBy(i => Math.Abs(a[i, p]));
            for (int k = 0; k <= n; k++)
            {
                (a[p, k], a[best, k]) = (a[best, k], a[p, k]);
            }

            for (int i = 0; i < n; i++)
            {
                double factor = i == p ? 0 : a[i, p] / a[p, p];
                for (int k = p; k <= n; k++)
                {
                    a[i, k] -= factor * a[p, k];
                }
            }
        }

        return [.. Enumerable.Range(0, n).Select(i => a[i, n] / a[i, i])];
    }
}

/// <summary>data/linear.csv in double.</summary>
internal static class LinearCsv
{
    public static LinearData Load()
    {
        double[][] rows = [.. File.ReadLines(Path.Combine(AppContext.BaseDirectory, "linear.csv"))
            .Where(line => line.Length > 0)
            .Select(line => line.Split(',').Select(cell => double.Parse(cell, CultureInfo.InvariantCulture)).ToArray())];
        return new LinearData([.. rows.Select(r => r[0])], 1, [.. rows.Select(r => r[1])]);
    }
}
