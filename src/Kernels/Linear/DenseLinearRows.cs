using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace MLNet.GradientTrainers.Kernels;

/// <summary>Dense rows in chunks of 2^shift rows; null where one is not in memory, but in what is paged, at a place of its own where chunks are of other sizes.</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
internal readonly struct DenseLinearRows<T>(T[]?[] chunks, int shift, int width, PagedChunks<T[]>? paged = null, RowPlaces? places = null) : ILinearRows
    where T : unmanaged
{
    private const nuint Lane = DoubleLane.Count;
    private const int CacheLine = 64;

    private readonly int _mask = (int)((1U << shift) - 1);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ref T Row(int row)
    {
        T[]? chunk = chunks[row >> shift];
        return ref chunk is null ? ref Outside(row) : ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(chunk), (nint)((row & _mask) * width));
    }

    /// <summary>Whether rows lie outside memory, where they can't be packed.</summary>
    public bool IsPaged => paged is not null;

    /// <remarks>Four sums in turn, so that one addition need not wait for the one before.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public double Dot(int row, ref double weights)
    {
        ref T x = ref Row(row);
        nuint end = (nuint)width;
        nuint j = 0;
        Vector512<double> sum0 = Vector512<double>.Zero;
        Vector512<double> sum1 = sum0;
        Vector512<double> sum2 = sum0;
        Vector512<double> sum3 = sum0;
        for (; j + (4 * Lane) <= end; j += 4 * Lane)
        {
            sum0 = MultiplyAdd(ref x, ref weights, j, sum0);
            sum1 = MultiplyAdd(ref x, ref weights, j + Lane, sum1);
            sum2 = MultiplyAdd(ref x, ref weights, j + (2 * Lane), sum2);
            sum3 = MultiplyAdd(ref x, ref weights, j + (3 * Lane), sum3);
        }

        for (; j + Lane <= end; j += Lane)
        {
            sum0 = MultiplyAdd(ref x, ref weights, j, sum0);
        }

        double rest = 0;
        for (; j < end; j++)
        {
            rest = Math.FusedMultiplyAdd(Wide.Load1(ref x, j), Unsafe.Add(ref weights, j), rest);
        }

        return Wide.Sum((sum0 + sum1) + (sum2 + sum3)) + rest;
    }

    public Vector512<double> Dot(ref int rows, ref double weights)
    {
        ref T x0 = ref Row(rows);
        ref T x1 = ref Row(Unsafe.Add(ref rows, 1));
        ref T x2 = ref Row(Unsafe.Add(ref rows, 2));
        ref T x3 = ref Row(Unsafe.Add(ref rows, 3));
        ref T x4 = ref Row(Unsafe.Add(ref rows, 4));
        ref T x5 = ref Row(Unsafe.Add(ref rows, 5));
        ref T x6 = ref Row(Unsafe.Add(ref rows, 6));
        ref T x7 = ref Row(Unsafe.Add(ref rows, 7));
        nuint end = (nuint)width;
        nuint j = 0;
        Vector512<double> sums = Vector512<double>.Zero;
        if (Lane <= end)
        {
            Vector512<double> sum0 = sums;
            Vector512<double> sum1 = sums;
            Vector512<double> sum2 = sums;
            Vector512<double> sum3 = sums;
            Vector512<double> sum4 = sums;
            Vector512<double> sum5 = sums;
            Vector512<double> sum6 = sums;
            Vector512<double> sum7 = sums;
            for (; j + Lane <= end; j += Lane)
            {
                Vector512<double> w = Vector512.LoadUnsafe(ref weights, j);
                sum0 = Vector512.FusedMultiplyAdd(Wide.Load8(ref x0, j), w, sum0);
                sum1 = Vector512.FusedMultiplyAdd(Wide.Load8(ref x1, j), w, sum1);
                sum2 = Vector512.FusedMultiplyAdd(Wide.Load8(ref x2, j), w, sum2);
                sum3 = Vector512.FusedMultiplyAdd(Wide.Load8(ref x3, j), w, sum3);
                sum4 = Vector512.FusedMultiplyAdd(Wide.Load8(ref x4, j), w, sum4);
                sum5 = Vector512.FusedMultiplyAdd(Wide.Load8(ref x5, j), w, sum5);
                sum6 = Vector512.FusedMultiplyAdd(Wide.Load8(ref x6, j), w, sum6);
                sum7 = Vector512.FusedMultiplyAdd(Wide.Load8(ref x7, j), w, sum7);
            }

            sums = Vector512.Create(
                Wide.Sum(sum0), Wide.Sum(sum1), Wide.Sum(sum2), Wide.Sum(sum3), Wide.Sum(sum4), Wide.Sum(sum5), Wide.Sum(sum6), Wide.Sum(sum7));
        }

        for (; j < end; j++)
        {
            Vector512<double> x = Column(ref x0, ref x1, ref x2, ref x3, ref x4, ref x5, ref x6, ref x7, j);
            sums = Vector512.FusedMultiplyAdd(x, Vector512.Create(Unsafe.Add(ref weights, j)), sums);
        }

        return sums;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void AddScaled(int row, double factor, ref double target)
    {
        ref T x = ref Row(row);
        nuint end = (nuint)width;
        nuint j = 0;
        Vector512<double> factors = Vector512.Create(factor);
        for (; j + Lane <= end; j += Lane)
        {
            Vector512.FusedMultiplyAdd(factors, Wide.Load8(ref x, j), Vector512.LoadUnsafe(ref target, j)).StoreUnsafe(ref target, j);
        }

        for (; j < end; j++)
        {
            ref double t = ref Unsafe.Add(ref target, j);
            t = Math.FusedMultiplyAdd(factor, Wide.Load1(ref x, j), t);
        }
    }

    public void AddScaled(ref int rows, Vector512<double> factors, ref double target)
    {
        ref T x0 = ref Row(rows);
        ref T x1 = ref Row(Unsafe.Add(ref rows, 1));
        ref T x2 = ref Row(Unsafe.Add(ref rows, 2));
        ref T x3 = ref Row(Unsafe.Add(ref rows, 3));
        ref T x4 = ref Row(Unsafe.Add(ref rows, 4));
        ref T x5 = ref Row(Unsafe.Add(ref rows, 5));
        ref T x6 = ref Row(Unsafe.Add(ref rows, 6));
        ref T x7 = ref Row(Unsafe.Add(ref rows, 7));
        nuint end = (nuint)width;
        nuint j = 0;
        if (Lane <= end)
        {
            Vector512<double> f0 = Vector512.Create(factors.GetElement(0));
            Vector512<double> f1 = Vector512.Create(factors.GetElement(1));
            Vector512<double> f2 = Vector512.Create(factors.GetElement(2));
            Vector512<double> f3 = Vector512.Create(factors.GetElement(3));
            Vector512<double> f4 = Vector512.Create(factors.GetElement(4));
            Vector512<double> f5 = Vector512.Create(factors.GetElement(5));
            Vector512<double> f6 = Vector512.Create(factors.GetElement(6));
            Vector512<double> f7 = Vector512.Create(factors.GetElement(7));
            for (; j + Lane <= end; j += Lane)
            {
                Vector512<double> even = Vector512.FusedMultiplyAdd(f0, Wide.Load8(ref x0, j), Vector512.LoadUnsafe(ref target, j));
                Vector512<double> odd = f1 * Wide.Load8(ref x1, j);
                even = Vector512.FusedMultiplyAdd(f2, Wide.Load8(ref x2, j), even);
                odd = Vector512.FusedMultiplyAdd(f3, Wide.Load8(ref x3, j), odd);
                even = Vector512.FusedMultiplyAdd(f4, Wide.Load8(ref x4, j), even);
                odd = Vector512.FusedMultiplyAdd(f5, Wide.Load8(ref x5, j), odd);
                even = Vector512.FusedMultiplyAdd(f6, Wide.Load8(ref x6, j), even);
                odd = Vector512.FusedMultiplyAdd(f7, Wide.Load8(ref x7, j), odd);
                (even + odd).StoreUnsafe(ref target, j);
            }
        }

        for (; j < end; j++)
        {
            Unsafe.Add(ref target, j) += Wide.Sum(factors * Column(ref x0, ref x1, ref x2, ref x3, ref x4, ref x5, ref x6, ref x7, j));
        }
    }

    public double SumOfMagnitudes(int row, ref double weights)
    {
        ref T x = ref Row(row);
        nuint end = (nuint)width;
        nuint j = 0;
        Vector512<double> sums = Vector512<double>.Zero;
        for (; j + Lane <= end; j += Lane)
        {
            sums += Vector512.Abs(Wide.Load8(ref x, j) * Vector512.LoadUnsafe(ref weights, j));
        }

        double sum = Wide.Sum(sums);
        for (; j < end; j++)
        {
            sum += Math.Abs(Wide.Load1(ref x, j) * Unsafe.Add(ref weights, j));
        }

        return sum;
    }

    public double SquaredNorm(int row)
    {
        ref T x = ref Row(row);
        double sum = 0;
        for (nuint j = 0; j < (nuint)width; j++)
        {
            double value = Wide.Load1(ref x, j);
            sum += value * value;
        }

        return sum;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public unsafe void Prefetch(int row)
    {
        if (Sse.IsSupported)
        {
            // An address for the cache alone: it does no harm when the collector has moved the array meanwhile.
            byte* address = (byte*)Unsafe.AsPointer(ref Row(row));
            byte* end = address + (width * sizeof(T));
            do
            {
                Sse.Prefetch0(address);
                address += CacheLine;
            }
            while (address < end);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private ref T Outside(int row)
    {
        (int chunk, int place) = places?.Find(row) ?? (row >> shift, row & _mask);
        return ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(paged![chunk]), (nint)(place * width));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<double> MultiplyAdd(ref T x, ref double weights, nuint j, Vector512<double> sum) =>
        Vector512.FusedMultiplyAdd(Wide.Load8(ref x, j), Vector512.LoadUnsafe(ref weights, j), sum);

    /// <summary>One column of eight rows.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<double> Column(ref T x0, ref T x1, ref T x2, ref T x3, ref T x4, ref T x5, ref T x6, ref T x7, nuint j) => Vector512.Create(
        Wide.Load1(ref x0, j),
        Wide.Load1(ref x1, j),
        Wide.Load1(ref x2, j),
        Wide.Load1(ref x3, j),
        Wide.Load1(ref x4, j),
        Wide.Load1(ref x5, j),
        Wide.Load1(ref x6, j),
        Wide.Load1(ref x7, j));
}
