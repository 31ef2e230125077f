using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace MLNet.GradientTrainers.Kernels;

/// <summary>Numbers of either precision as doubles, eight at a time or alone, and loops over doubles.</summary>
internal static class Wide
{
    private const nuint Lane = DoubleLane.Count;

    /// <summary>Eight numbers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> Load8<T>(ref T source, nuint index)
        where T : unmanaged
    {
        if (typeof(T) == typeof(double))
        {
            return Vector512.LoadUnsafe(ref Unsafe.As<T, double>(ref source), index);
        }

        Vector256<float> values = Vector256.LoadUnsafe(ref Unsafe.As<T, float>(ref source), index);
        if (Avx512F.IsSupported)
        {
            return Avx512F.ConvertToVector512Double(values);
        }

        (Vector256<double> lower, Vector256<double> upper) = Vector256.Widen(values);
        return Vector512.Create(lower, upper);
    }

    /// <summary>One number.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double Load1<T>(ref T source, nuint index)
        where T : unmanaged =>
        typeof(T) == typeof(double) ? Unsafe.Add(ref Unsafe.As<T, double>(ref source), index) : Unsafe.Add(ref Unsafe.As<T, float>(ref source), index);

    /// <summary>The sum of eight numbers: halves are added to halves.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double Sum(Vector512<double> value)
    {
        Vector256<double> four = value.GetLower() + value.GetUpper();
        Vector128<double> two = four.GetLower() + four.GetUpper();
        return two.ToScalar() + two.GetElement(1);
    }

    /// <summary>target += factor · source, rounded once.</summary>
    public static void AddScaled(double factor, ReadOnlySpan<double> source, Span<double> target)
    {
        ref double s = ref Unsafe.AsRef(in source.GetPinnableReference());
        ref double t = ref target[..source.Length].GetPinnableReference();
        nuint end = (nuint)source.Length;
        nuint i = 0;
        Vector512<double> factors = Vector512.Create(factor);
        for (; i + Lane <= end; i += Lane)
        {
            Vector512.FusedMultiplyAdd(factors, Vector512.LoadUnsafe(ref s, i), Vector512.LoadUnsafe(ref t, i)).StoreUnsafe(ref t, i);
        }

        for (; i < end; i++)
        {
            Unsafe.Add(ref t, i) = Math.FusedMultiplyAdd(factor, Unsafe.Add(ref s, i), Unsafe.Add(ref t, i));
        }
    }

    /// <summary>Σ a · b, in one order on every machine.</summary>
    public static double Dot(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        ref double x = ref Unsafe.AsRef(in a.GetPinnableReference());
        ref double y = ref Unsafe.AsRef(in b[..a.Length].GetPinnableReference());
        nuint end = (nuint)a.Length;
        nuint i = 0;
        Vector512<double> sums = default;
        for (; i + Lane <= end; i += Lane)
        {
            sums = Vector512.FusedMultiplyAdd(Vector512.LoadUnsafe(ref x, i), Vector512.LoadUnsafe(ref y, i), sums);
        }

        double sum = Sum(sums);
        for (; i < end; i++)
        {
            sum = Math.FusedMultiplyAdd(Unsafe.Add(ref x, i), Unsafe.Add(ref y, i), sum);
        }

        return sum;
    }

    /// <summary>mean += share · (value − mean).</summary>
    public static void MoveTowards(double share, ReadOnlySpan<double> value, Span<double> mean)
    {
        ref double v = ref Unsafe.AsRef(in value.GetPinnableReference());
        ref double m = ref mean[..value.Length].GetPinnableReference();
        nuint end = (nuint)value.Length;
        nuint i = 0;
        Vector512<double> shares = Vector512.Create(share);
        for (; i + Lane <= end; i += Lane)
        {
            Vector512<double> old = Vector512.LoadUnsafe(ref m, i);
            Vector512.FusedMultiplyAdd(shares, Vector512.LoadUnsafe(ref v, i) - old, old).StoreUnsafe(ref m, i);
        }

        for (; i < end; i++)
        {
            double old = Unsafe.Add(ref m, i);
            Unsafe.Add(ref m, i) = Math.FusedMultiplyAdd(share, Unsafe.Add(ref v, i) - old, old);
        }
    }

    /// <summary>values *= factor.</summary>
    public static void Scale(Span<double> values, double factor)
    {
        ref double v = ref values.GetPinnableReference();
        nuint end = (nuint)values.Length;
        nuint i = 0;
        for (; i + Lane <= end; i += Lane)
        {
            (Vector512.LoadUnsafe(ref v, i) * factor).StoreUnsafe(ref v, i);
        }

        for (; i < end; i++)
        {
            Unsafe.Add(ref v, i) *= factor;
        }
    }
}
