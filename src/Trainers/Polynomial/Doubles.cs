using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace MLNet.GradientTrainers;

/// <summary>The inner loops of least squares, in vectors; the results have the same bits on machines with vectors of any width.</summary>
internal static class Doubles
{
    /// <summary>Σ aᵢ·bᵢ, always as eight sums of every eighth product, which are added in one order.</summary>
    public static double Dot(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        var left = MemoryMarshal.Cast<double, Vector256<double>>(a);
        var right = MemoryMarshal.Cast<double, Vector256<double>>(b);
        var sum0 = Vector256<double>.Zero;
        var sum1 = Vector256<double>.Zero;
        int i = 0;
        for (; i + 1 < left.Length; i += 2)
        {
            sum0 += left[i] * right[i];
            sum1 += left[i + 1] * right[i + 1];
        }

        var four = sum0 + sum1;
        double sum = (four[0] + four[1]) + (four[2] + four[3]);
        for (int j = i * Vector256<double>.Count; j < a.Length; j++)
        {
            sum += a[j] * b[j];
        }

        return sum;
    }

    /// <summary>targetᵢ += factor·sourceᵢ.</summary>
    public static void AddScaled(double factor, ReadOnlySpan<double> source, Span<double> target)
    {
        var from = MemoryMarshal.Cast<double, Vector<double>>(source);
        var to = MemoryMarshal.Cast<double, Vector<double>>(target);
        for (int i = 0; i < from.Length; i++)
        {
            to[i] += factor * from[i];
        }

        for (int j = from.Length * Vector<double>.Count; j < source.Length; j++)
        {
            target[j] += factor * source[j];
        }
    }

    /// <summary>(xᵢ, yᵢ) becomes (cosine·xᵢ + sine·yᵢ, cosine·yᵢ − sine·xᵢ).</summary>
    public static void Rotate(double cosine, double sine, Span<double> x, Span<double> y)
    {
        var first = MemoryMarshal.Cast<double, Vector<double>>(x);
        var second = MemoryMarshal.Cast<double, Vector<double>>(y);
        for (int i = 0; i < first.Length; i++)
        {
            var a = first[i];
            var b = second[i];
            first[i] = (cosine * a) + (sine * b);
            second[i] = (cosine * b) - (sine * a);
        }

        for (int j = first.Length * Vector<double>.Count; j < x.Length; j++)
        {
            double a = x[j];
            double b = y[j];
            x[j] = (cosine * a) + (sine * b);
            y[j] = (cosine * b) - (sine * a);
        }
    }
}
