using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace MLNet.GradientTrainers.Kernels;

/// <summary>
/// z = L⁻¹·u with L·Lᵀ the covariance C of scaled columns u (Cholesky): the columns of z are uncorrelated with variance 1, so that the curvature of a squared error is the same in every
/// direction, and no row is longer than √(all rows' weight / its own). A step w ← w − rate · g on z is the step w ← w − rate · C⁻¹·g on u.
/// </summary>
/// <remarks>
/// Columns that others determine would have variance 0: C has <see cref="Ridge"/> added to its diagonal, which they feel and others do not. S. Amari, "Natural gradient works efficiently
/// in learning", 1998, whose metric C is for linear regression; A. Kessy, A. Lewin, K. Strimmer, "Optimal whitening and decorrelation", 2018.
/// </remarks>
internal sealed class Whitening
{
    private const double Ridge = 1e-10;
    private const int MinPieceRows = 1 << 12;
    private const int MaxPieces = 16;
    private const int RowsAtOnce = 4;

    private readonly int _width;

    // L, row after row; and the columns of its inverse, one after another.
    private readonly double[] _factor;
    private readonly double[] _inverse;

    private Whitening(double[] covariance, int width, CancellationToken cancellation)
    {
        _width = width;
        _factor = Factorize(covariance, width, cancellation);
        _inverse = Invert(_factor, width, cancellation);
    }

    /// <summary>Finds the whitening of some rows.</summary>
    /// <param name="data">The data.</param>
    /// <param name="rows">Its training rows.</param>
    /// <param name="scales">The scales of its columns.</param>
    /// <param name="threads">Threads, or 0 for one a core. The result has the same bits for any number.</param>
    /// <param name="cancellation">Looked at between rows.</param>
    /// <param name="processes">The processes that do it together; null for this one alone. The result has the same bits for any number of these, too.</param>
    public static Whitening Of(LinearData data, int[] rows, ColumnScales scales, int threads, CancellationToken cancellation, SharedRun? processes = null)
    {
        int width = data.Width;
        int pieces = Math.Clamp(rows.Length / MinPieceRows, 1, MaxPieces);
        SharedPieces shared = new(processes, pieces, (width * width) + 1);
        RowPieces.Run(threads, shared.End - shared.First, part =>
        {
            int piece = shared.First + part;
            Span<double> place = shared[piece];
            place[0] = Products(data, shared.Of(rows, piece), scales, place[1..], cancellation);
        });
        ReadOnlySpan<double> sum = shared.Sum();
        cancellation.ThrowIfCancellationRequested();
        double[] covariance = sum[1..].ToArray();
        Wide.Scale(covariance, 1 / sum[0]);
        return new Whitening(covariance, width, cancellation);
    }

    /// <summary>z of u.</summary>
    public void Apply(ReadOnlySpan<double> row, Span<double> result)
    {
        result.Clear();
        for (int k = 0; k < _width; k++)
        {
            if (row[k] != 0)
            {
                int start = (k * _width) + k;
                Wide.AddScaled(row[k], _inverse.AsSpan(start, _width - k), result[k..]);
            }
        }
    }

    /// <summary>The weights of u that predict what weights of z do: L⁻ᵀ·v.</summary>
    public double[] WeightsOfScaled(ReadOnlySpan<double> weights)
    {
        double[] result = new double[_width];
        for (int k = 0; k < _width; k++)
        {
            result[k] = Wide.Dot(_inverse.AsSpan((k * _width) + k, _width - k), weights[k..]);
        }

        return result;
    }

    /// <summary>The weights of z that predict what weights of u do: Lᵀ·w.</summary>
    public double[] WeightsOfWhite(ReadOnlySpan<double> weights)
    {
        double[] result = new double[_width];
        for (int k = 0; k < _width; k++)
        {
            Wide.AddScaled(weights[k], _factor.AsSpan(k * _width, k + 1), result.AsSpan(0, k + 1));
        }

        return result;
    }

    /// <summary>Σ weight · u·uᵀ, its upper triangle.</summary>
    /// <returns>Σ weight.</returns>
    private static double Products(LinearData data, ReadOnlySpan<int> rows, ColumnScales scales, Span<double> sums, CancellationToken cancellation)
    {
        int width = data.Width;
        sums.Clear();
        double[] block = new double[RowsAtOnce * width];
        double[] weights = new double[RowsAtOnce];
        double weight = 0;
        for (int start = 0; start < rows.Length; start += RowsAtOnce)
        {
            cancellation.ThrowIfCancellationRequested();
            Array.Clear(weights);
            for (int r = 0; r < Math.Min(RowsAtOnce, rows.Length - start); r++)
            {
                int row = rows[start + r];
                weights[r] = data.Weights?[row] ?? 1;
                weight += weights[r];
                scales.Apply(data, row, block.AsSpan(r * width, width));
            }

            Add(block, weights, width, sums);
        }

        return weight;
    }

    private static void Add(double[] block, double[] weights, int width, Span<double> sums)
    {
        ref double u0 = ref MemoryMarshal.GetArrayDataReference(block);
        ref double u1 = ref Unsafe.Add(ref u0, width);
        ref double u2 = ref Unsafe.Add(ref u1, width);
        ref double u3 = ref Unsafe.Add(ref u2, width);
        for (int k = 0; k < width; k++)
        {
            double f0 = weights[0] * Unsafe.Add(ref u0, k);
            double f1 = weights[1] * Unsafe.Add(ref u1, k);
            double f2 = weights[2] * Unsafe.Add(ref u2, k);
            double f3 = weights[3] * Unsafe.Add(ref u3, k);
            ref double sum = ref sums[k * width];
            int j = k;
            for (; j + DoubleLane.Count <= width; j += DoubleLane.Count)
            {
                nuint at = (nuint)j;
                Vector512<double> even = Vector512.FusedMultiplyAdd(Vector512.Create(f0), Vector512.LoadUnsafe(ref u0, at), Vector512.LoadUnsafe(ref sum, at));
                Vector512<double> odd = Vector512.Create(f1) * Vector512.LoadUnsafe(ref u1, at);
                even = Vector512.FusedMultiplyAdd(Vector512.Create(f2), Vector512.LoadUnsafe(ref u2, at), even);
                odd = Vector512.FusedMultiplyAdd(Vector512.Create(f3), Vector512.LoadUnsafe(ref u3, at), odd);
                (even + odd).StoreUnsafe(ref sum, at);
            }

            for (; j < width; j++)
            {
                double even = Math.FusedMultiplyAdd(f2, Unsafe.Add(ref u2, j), Math.FusedMultiplyAdd(f0, Unsafe.Add(ref u0, j), Unsafe.Add(ref sum, j)));
                Unsafe.Add(ref sum, j) = even + Math.FusedMultiplyAdd(f3, Unsafe.Add(ref u3, j), f1 * Unsafe.Add(ref u1, j));
            }
        }
    }

    /// <summary>L of the covariance with the ridge, from its upper triangle.</summary>
    private static double[] Factorize(double[] covariance, int width, CancellationToken cancellation)
    {
        double[] factor = new double[width * width];
        for (int i = 0; i < width; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            Span<double> row = factor.AsSpan(i * width, i + 1);
            for (int k = 0; k < i; k++)
            {
                ReadOnlySpan<double> other = factor.AsSpan(k * width, k + 1);
                row[k] = (covariance[(k * width) + i] - Wide.Dot(row[..k], other[..k])) / other[k];
            }

            row[i] = Math.Sqrt(Math.Max(Ridge, covariance[(i * width) + i] + Ridge - Wide.Dot(row[..i], row[..i])));
        }

        return factor;
    }

    /// <summary>The columns of L⁻¹, each from its diagonal on.</summary>
    private static double[] Invert(double[] factor, int width, CancellationToken cancellation)
    {
        double[] inverse = new double[width * width];
        for (int k = 0; k < width; k++)
        {
            cancellation.ThrowIfCancellationRequested();
            Span<double> column = inverse.AsSpan(k * width, width);
            column[k] = 1 / factor[(k * width) + k];
            for (int i = k + 1; i < width; i++)
            {
                column[i] = -Wide.Dot(factor.AsSpan((i * width) + k, i - k), column[k..i]) / factor[(i * width) + i];
            }
        }

        return inverse;
    }
}
