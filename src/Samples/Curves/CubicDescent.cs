using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace MLNet.GradientTrainers.Samples.Curves;

/// <summary>
/// The sum of squared errors of a cubic over points, and plain gradient descent on it with the gradient derived by hand: for the errors e = p − y it is 2·Σe, 2·Σe·x, 2·Σe·x²,
/// 2·Σe·x³.
/// </summary>
internal sealed class CubicDescent
{
    private const int EpochsBetweenLooks = 4096;

    private readonly double[] _x;
    private readonly double[] _y;

    /// <summary>Takes the points; not copied.</summary>
    public CubicDescent(double[] x, double[] y) => (_x, _y) = (x, y);

    /// <summary>Σ(p − y)².</summary>
    public double SumOfSquares(Cubic cubic)
    {
        double sum = 0;
        for (int i = 0; i < _x.Length; i++)
        {
            double error = cubic.At(_x[i]) - _y[i];
            sum += error * error;
        }

        return sum;
    }

    /// <summary>Descends.</summary>
    /// <param name="cubic">The start.</param>
    /// <param name="rate">Learning rate.</param>
    /// <param name="epochs">Steps; each sees all points.</param>
    /// <param name="cancellation">Looked at now and then.</param>
    public Cubic Run(Cubic cubic, double rate, int epochs, CancellationToken cancellation)
    {
        for (int done = 0; done < epochs; done += EpochsBetweenLooks)
        {
            cancellation.ThrowIfCancellationRequested();
            cubic = Steps(cubic, rate, Math.Min(EpochsBetweenLooks, epochs - done));
        }

        return cubic;
    }

    /// <remarks>Two blocks of eight points in turn, so that one addition need not wait for the one before. Points that fill no block come one by one.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private Cubic Steps(Cubic cubic, double rate, int epochs)
    {
        ReadOnlySpan<double> xs = _x;
        ReadOnlySpan<double> ys = _y;
        ref double x0 = ref Unsafe.AsRef(in xs[0]);
        ref double y0 = ref Unsafe.AsRef(in ys[0]);
        int lane = Vector512<double>.Count;
        int blocks = xs.Length / (2 * lane) * 2 * lane;
        var (a, b, c, d) = cubic;
        double step = 2 * rate;
        for (int epoch = 0; epoch < epochs; epoch++)
        {
            var va = Vector512.Create(a);
            var vb = Vector512.Create(b);
            var vc = Vector512.Create(c);
            var vd = Vector512.Create(d);
            Sums even = default;
            Sums odd = default;
            for (int i = 0; i < blocks; i += 2 * lane)
            {
                even.Add(Vector512.LoadUnsafe(ref x0, (nuint)i), Vector512.LoadUnsafe(ref y0, (nuint)i), va, vb, vc, vd);
                odd.Add(Vector512.LoadUnsafe(ref x0, (nuint)(i + lane)), Vector512.LoadUnsafe(ref y0, (nuint)(i + lane)), va, vb, vc, vd);
            }

            double ga = Vector512.Sum(even.Error + odd.Error);
            double gb = Vector512.Sum(even.ErrorX + odd.ErrorX);
            double gc = Vector512.Sum(even.ErrorX2 + odd.ErrorX2);
            double gd = Vector512.Sum(even.ErrorX3 + odd.ErrorX3);
            for (int i = blocks; i < xs.Length; i++)
            {
                double x = xs[i];
                double error = new Cubic(a, b, c, d).At(x) - ys[i];
                ga += error;
                gb += error * x;
                gc += error * x * x;
                gd += error * x * x * x;
            }

            a -= step * ga;
            b -= step * gb;
            c -= step * gc;
            d -= step * gd;
        }

        return new Cubic(a, b, c, d);
    }

    private struct Sums
    {
        public Vector512<double> Error;
        public Vector512<double> ErrorX;
        public Vector512<double> ErrorX2;
        public Vector512<double> ErrorX3;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Add(Vector512<double> x, Vector512<double> y, Vector512<double> a, Vector512<double> b, Vector512<double> c, Vector512<double> d)
        {
            Vector512<double> p = Vector512.FusedMultiplyAdd(Vector512.FusedMultiplyAdd(Vector512.FusedMultiplyAdd(d, x, c), x, b), x, a);
            Vector512<double> e = p - y;
            Error += e;
            e *= x;
            ErrorX += e;
            e *= x;
            ErrorX2 += e;
            e *= x;
            ErrorX3 += e;
        }
    }
}
