using System.Numerics;
using System.Runtime.InteropServices;

namespace MLNet.GradientTrainers;

/// <summary>The two inner loops of least squares, in vectors.</summary>
internal static class Doubles
{
    /// <summary>Σ aᵢ·bᵢ.</summary>
    public static double Dot(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        var left = MemoryMarshal.Cast<double, Vector<double>>(a);
        var right = MemoryMarshal.Cast<double, Vector<double>>(b);
        var sum0 = Vector<double>.Zero;
        var sum1 = Vector<double>.Zero;
        int i = 0;
        for (; i + 1 < left.Length; i += 2)
        {
            sum0 += left[i] * right[i];
            sum1 += left[i + 1] * right[i + 1];
        }

        double sum = Vector.Sum(sum0 + sum1);
        for (int j = i * Vector<double>.Count; j < a.Length; j++)
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
}
