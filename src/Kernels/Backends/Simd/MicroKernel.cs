using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace MLNet.GradientTrainers.Kernels;

/// <summary>A number that the JIT compiler sees as a constant.</summary>
internal interface IConstant
{
    /// <summary>The number.</summary>
    static abstract int Value { get; }
}

/// <summary>
/// The innermost loop of the matrix product: a tile of rows × (columns · lane count) numbers stays in registers while k runs, two loads of b and one broadcast
/// of a for each row feeding one fused multiply-add a register. One text for all tile sizes: what a size doesn't need, the JIT compiler drops.
/// </summary>
/// <remarks>
/// 14 × 2 sums, 2 vectors of b and 1 of a fill 31 of the 32 registers of AVX-512 and of Arm64; 6 × 2 fill 15 of the 16 of AVX2. A tile needs at
/// least 8 sums to keep two multiply-adds of 4 cycles busy.
/// </remarks>
internal static unsafe class MicroKernel
{
    /// <summary>Lane groups side by side in a full tile.</summary>
    public const int Vectors = 2;

    /// <summary>Rows of the largest tile: what the registers hold.</summary>
    public const int LargestRows = 14;

    /// <summary>Panels side by side in the tile of a single row.</summary>
    public const int Panels = 4;

    /// <summary>Rows of a full tile on this machine.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Rows<TLane>()
        where TLane : struct, ISimdLane<TLane> =>
        (TLane.Count == 16 ? Avx512F.IsSupported : Avx512F.VL.IsSupported || AdvSimd.IsSupported) ? LargestRows : 6;

    /// <summary>
    /// Computes the largest tile that fits into the rows left: c[i, j] = init[i, j] + Σ a[i, p] · b[p, j], each as one chain of fused
    /// multiply-adds over ascending p.
    /// </summary>
    /// <param name="rows">Rows left, at least 1.</param>
    /// <param name="a">First element of a.</param>
    /// <param name="aRow">Distance of its rows.</param>
    /// <param name="aStep">Distance of its columns.</param>
    /// <param name="b">First element of b.</param>
    /// <param name="bStep">Distance of its rows.</param>
    /// <param name="init">First element of what the sums start from.</param>
    /// <param name="initRow">Distance of its rows: 0 for one row that is the start of all.</param>
    /// <param name="c">First element of the result; may be <paramref name="init"/>.</param>
    /// <param name="cRow">Distance of its rows.</param>
    /// <param name="k">Number of products in a sum.</param>
    /// <returns>Rows of the tile.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static int Run<TLane, TVectors>(
        int rows, float* a, nint aRow, nint aStep, float* b, nint bStep, float* init, nint initRow, float* c, nint cRow, int k)
        where TLane : struct, ISimdLane<TLane>
        where TVectors : struct, IConstant
    {
        if (rows >= LargestRows && Rows<TLane>() == LargestRows)
        {
            Tile<TLane, TVectors, Fourteen>(a, aRow, aStep, b, bStep, init, initRow, c, cRow, k);
            return 14;
        }

        if (rows >= 8 && Rows<TLane>() == LargestRows)
        {
            Tile<TLane, TVectors, Eight>(a, aRow, aStep, b, bStep, init, initRow, c, cRow, k);
            return 8;
        }

        if (rows >= 6)
        {
            Tile<TLane, TVectors, Six>(a, aRow, aStep, b, bStep, init, initRow, c, cRow, k);
            return 6;
        }

        if (rows >= 4)
        {
            Tile<TLane, TVectors, Four>(a, aRow, aStep, b, bStep, init, initRow, c, cRow, k);
            return 4;
        }

        if (rows >= 2)
        {
            Tile<TLane, TVectors, Two>(a, aRow, aStep, b, bStep, init, initRow, c, cRow, k);
            return 2;
        }

        Tile<TLane, TVectors, One>(a, aRow, aStep, b, bStep, init, initRow, c, cRow, k);
        return 1;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Tile<TLane, TVectors, TRows>(
        float* a, nint aRow, nint aStep, float* b, nint bStep, float* init, nint initRow, float* c, nint cRow, int k)
        where TLane : struct, ISimdLane<TLane>
        where TVectors : struct, IConstant
        where TRows : struct, IConstant
    {
        TLane s0 = default, t0 = default, s1 = default, t1 = default, s2 = default, t2 = default, s3 = default, t3 = default, s4 = default, t4 = default, s5 = default, t5 = default, s6 = default, t6 = default;
        TLane s7 = default, t7 = default, s8 = default, t8 = default, s9 = default, t9 = default, s10 = default, t10 = default, s11 = default, t11 = default, s12 = default, t12 = default, s13 = default, t13 = default;

        Load<TLane, TVectors, TRows>(0, init, ref s0, ref t0);
        Load<TLane, TVectors, TRows>(1, init + initRow, ref s1, ref t1);
        Load<TLane, TVectors, TRows>(2, init + (2 * initRow), ref s2, ref t2);
        Load<TLane, TVectors, TRows>(3, init + (3 * initRow), ref s3, ref t3);
        Load<TLane, TVectors, TRows>(4, init + (4 * initRow), ref s4, ref t4);
        Load<TLane, TVectors, TRows>(5, init + (5 * initRow), ref s5, ref t5);
        Load<TLane, TVectors, TRows>(6, init + (6 * initRow), ref s6, ref t6);
        Load<TLane, TVectors, TRows>(7, init + (7 * initRow), ref s7, ref t7);
        Load<TLane, TVectors, TRows>(8, init + (8 * initRow), ref s8, ref t8);
        Load<TLane, TVectors, TRows>(9, init + (9 * initRow), ref s9, ref t9);
        Load<TLane, TVectors, TRows>(10, init + (10 * initRow), ref s10, ref t10);
        Load<TLane, TVectors, TRows>(11, init + (11 * initRow), ref s11, ref t11);
        Load<TLane, TVectors, TRows>(12, init + (12 * initRow), ref s12, ref t12);
        Load<TLane, TVectors, TRows>(13, init + (13 * initRow), ref s13, ref t13);

        // Every fourth row has an address of its own; the three that follow it are reached by a scaled index.
        nint row2 = 2 * aRow;
        nint row3 = 3 * aRow;
        float* a0 = a;
        float* a4 = a + (4 * aRow);
        float* a8 = a + (8 * aRow);
        float* a12 = a + (12 * aRow);
        for (int p = 0; p < k; p++)
        {
            TLane u = TLane.Load(b);
            TLane v = TVectors.Value > 1 ? TLane.Load(b + TLane.Count) : default;
            Multiply<TLane, TVectors, TRows>(0, a0, u, v, ref s0, ref t0);
            Multiply<TLane, TVectors, TRows>(1, a0 + aRow, u, v, ref s1, ref t1);
            Multiply<TLane, TVectors, TRows>(2, a0 + row2, u, v, ref s2, ref t2);
            Multiply<TLane, TVectors, TRows>(3, a0 + row3, u, v, ref s3, ref t3);
            Multiply<TLane, TVectors, TRows>(4, a4, u, v, ref s4, ref t4);
            Multiply<TLane, TVectors, TRows>(5, a4 + aRow, u, v, ref s5, ref t5);
            Multiply<TLane, TVectors, TRows>(6, a4 + row2, u, v, ref s6, ref t6);
            Multiply<TLane, TVectors, TRows>(7, a4 + row3, u, v, ref s7, ref t7);
            Multiply<TLane, TVectors, TRows>(8, a8, u, v, ref s8, ref t8);
            Multiply<TLane, TVectors, TRows>(9, a8 + aRow, u, v, ref s9, ref t9);
            Multiply<TLane, TVectors, TRows>(10, a8 + row2, u, v, ref s10, ref t10);
            Multiply<TLane, TVectors, TRows>(11, a8 + row3, u, v, ref s11, ref t11);
            Multiply<TLane, TVectors, TRows>(12, a12, u, v, ref s12, ref t12);
            Multiply<TLane, TVectors, TRows>(13, a12 + aRow, u, v, ref s13, ref t13);
            a0 += aStep;
            a4 += aStep;
            a8 += aStep;
            a12 += aStep;
            b += bStep;
        }

        Store<TLane, TVectors, TRows>(0, c, s0, t0);
        Store<TLane, TVectors, TRows>(1, c + cRow, s1, t1);
        Store<TLane, TVectors, TRows>(2, c + (2 * cRow), s2, t2);
        Store<TLane, TVectors, TRows>(3, c + (3 * cRow), s3, t3);
        Store<TLane, TVectors, TRows>(4, c + (4 * cRow), s4, t4);
        Store<TLane, TVectors, TRows>(5, c + (5 * cRow), s5, t5);
        Store<TLane, TVectors, TRows>(6, c + (6 * cRow), s6, t6);
        Store<TLane, TVectors, TRows>(7, c + (7 * cRow), s7, t7);
        Store<TLane, TVectors, TRows>(8, c + (8 * cRow), s8, t8);
        Store<TLane, TVectors, TRows>(9, c + (9 * cRow), s9, t9);
        Store<TLane, TVectors, TRows>(10, c + (10 * cRow), s10, t10);
        Store<TLane, TVectors, TRows>(11, c + (11 * cRow), s11, t11);
        Store<TLane, TVectors, TRows>(12, c + (12 * cRow), s12, t12);
        Store<TLane, TVectors, TRows>(13, c + (13 * cRow), s13, t13);
    }

    /// <summary>The tile of a single row, over <see cref="Panels"/> panels: c[j] = init[j] + Σ a[p] · b[p, j], each as one chain of fused multiply-adds over ascending p.</summary>
    /// <param name="a">First element of a.</param>
    /// <param name="aStep">Distance of its columns.</param>
    /// <param name="b">First element of the first panel of b.</param>
    /// <param name="bStep">Distance of the rows of a panel.</param>
    /// <param name="panel">Distance of the panels.</param>
    /// <param name="init">First element of what the sums start from, which may be <paramref name="c"/>; null for 0.</param>
    /// <param name="c">First element of the result.</param>
    /// <param name="k">Number of products in a sum.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void RowTile<TLane>(float* a, nint aStep, float* b, nint bStep, nint panel, float* init, float* c, int k)
        where TLane : struct, ISimdLane<TLane>
    {
        TLane s0 = default, s1 = default, s2 = default, s3 = default, s4 = default, s5 = default, s6 = default, s7 = default;
        if (init is not null)
        {
            s0 = TLane.Load(init);
            s1 = TLane.Load(init + TLane.Count);
            s2 = TLane.Load(init + (2 * TLane.Count));
            s3 = TLane.Load(init + (3 * TLane.Count));
            s4 = TLane.Load(init + (4 * TLane.Count));
            s5 = TLane.Load(init + (5 * TLane.Count));
            s6 = TLane.Load(init + (6 * TLane.Count));
            s7 = TLane.Load(init + (7 * TLane.Count));
        }

        float* b0 = b;
        float* b1 = b + panel;
        float* b2 = b1 + panel;
        float* b3 = b2 + panel;
        for (int p = 0; p < k; p++)
        {
            TLane x = TLane.Broadcast(*a);
            s0 = TLane.FusedMultiplyAdd(x, TLane.Load(b0), s0);
            s1 = TLane.FusedMultiplyAdd(x, TLane.Load(b0 + TLane.Count), s1);
            s2 = TLane.FusedMultiplyAdd(x, TLane.Load(b1), s2);
            s3 = TLane.FusedMultiplyAdd(x, TLane.Load(b1 + TLane.Count), s3);
            s4 = TLane.FusedMultiplyAdd(x, TLane.Load(b2), s4);
            s5 = TLane.FusedMultiplyAdd(x, TLane.Load(b2 + TLane.Count), s5);
            s6 = TLane.FusedMultiplyAdd(x, TLane.Load(b3), s6);
            s7 = TLane.FusedMultiplyAdd(x, TLane.Load(b3 + TLane.Count), s7);
            a += aStep;
            b0 += bStep;
            b1 += bStep;
            b2 += bStep;
            b3 += bStep;
        }

        TLane.Store(s0, c);
        TLane.Store(s1, c + TLane.Count);
        TLane.Store(s2, c + (2 * TLane.Count));
        TLane.Store(s3, c + (3 * TLane.Count));
        TLane.Store(s4, c + (4 * TLane.Count));
        TLane.Store(s5, c + (5 * TLane.Count));
        TLane.Store(s6, c + (6 * TLane.Count));
        TLane.Store(s7, c + (7 * TLane.Count));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void Load<TLane, TVectors, TRows>(int row, float* source, ref TLane s, ref TLane t)
        where TLane : struct, ISimdLane<TLane>
        where TVectors : struct, IConstant
        where TRows : struct, IConstant
    {
        if (row < TRows.Value)
        {
            s = TLane.Load(source);
            if (TVectors.Value > 1)
            {
                t = TLane.Load(source + TLane.Count);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void Multiply<TLane, TVectors, TRows>(int row, float* a, TLane u, TLane v, ref TLane s, ref TLane t)
        where TLane : struct, ISimdLane<TLane>
        where TVectors : struct, IConstant
        where TRows : struct, IConstant
    {
        if (row < TRows.Value)
        {
            TLane x = TLane.Broadcast(*a);
            s = TLane.FusedMultiplyAdd(x, u, s);
            if (TVectors.Value > 1)
            {
                t = TLane.FusedMultiplyAdd(x, v, t);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void Store<TLane, TVectors, TRows>(int row, float* destination, TLane s, TLane t)
        where TLane : struct, ISimdLane<TLane>
        where TVectors : struct, IConstant
        where TRows : struct, IConstant
    {
        if (row < TRows.Value)
        {
            TLane.Store(s, destination);
            if (TVectors.Value > 1)
            {
                TLane.Store(t, destination + TLane.Count);
            }
        }
    }

    public readonly struct One : IConstant
    {
        public static int Value => 1;
    }

    public readonly struct Two : IConstant
    {
        public static int Value => 2;
    }

    public readonly struct Four : IConstant
    {
        public static int Value => 4;
    }

    public readonly struct Six : IConstant
    {
        public static int Value => 6;
    }

    public readonly struct Eight : IConstant
    {
        public static int Value => 8;
    }

    public readonly struct Fourteen : IConstant
    {
        public static int Value => 14;
    }
}
