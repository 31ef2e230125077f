using System.Runtime.CompilerServices;

namespace MLNet.GradientTrainers.Kernels;

/// <summary>
/// A tile of a convolution: c[i, j] = init[i, j] + Σᵣ Σₚ a[runs[r] + i · aRow + p · aStep] · b[runRows[r] + p, j]. The elements of a row's sum lie in runs of equal
/// length, so that a convolution reads the image where it is: no copy of its patches is made, and runs outside the image are left out.
/// </summary>
internal unsafe struct ConvolutionTile
{
    /// <summary>What the runs' places are counted from.</summary>
    public float* A;

    /// <summary>Distance of the rows of a.</summary>
    public nint ARow;

    /// <summary>Distance of the elements of a run.</summary>
    public nint AStep;

    /// <summary>Where each run begins.</summary>
    public nint* Runs;

    /// <summary>The row of b where each run begins.</summary>
    public nint* RunRows;

    /// <summary>Number of runs; with 0 the result is init.</summary>
    public int RunCount;

    /// <summary>Elements of a run.</summary>
    public int RunLength;

    /// <summary>First element of b.</summary>
    public float* B;

    /// <summary>Distance of the rows of b.</summary>
    public nint BStep;

    /// <summary>First element of what the sums start from.</summary>
    public float* Init;

    /// <summary>Distance of its rows: 0 for one row that is the start of all.</summary>
    public nint InitRow;

    /// <summary>First element of the result; may be <see cref="Init"/>.</summary>
    public float* C;

    /// <summary>Distance of its rows.</summary>
    public nint CRow;
}

/// <summary>
/// The innermost loop of the convolutions: <see cref="MicroKernel"/> with a second loop over runs, and a tile for every number of rows, because an image's
/// rows are short: 16 pixels are two tiles of 8, not one of 14 and one of 2.
/// </summary>
internal static unsafe class ConvolutionKernel
{
    /// <summary>Rows of the next tile, so that all tiles of a length are about equally high.</summary>
    /// <param name="rows">Rows left, at least 1.</param>
    /// <param name="largest">See <see cref="MicroKernel.Rows{TLane}"/>.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Next(int rows, int largest)
    {
        if (rows <= largest)
        {
            return rows;
        }

        int tiles = (rows + largest - 1) / largest;
        return (rows + tiles - 1) / tiles;
    }

    /// <summary>Computes a tile of 1 to 14 rows, every element as one chain of fused multiply-adds.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run<TLane, TVectors>(int rows, in ConvolutionTile tile)
        where TLane : struct, ISimdLane<TLane>
        where TVectors : struct, IConstant
    {
        switch (rows)
        {
            case 1:
                Tile<TLane, TVectors, MicroKernel.One>(tile);
                break;
            case 2:
                Tile<TLane, TVectors, MicroKernel.Two>(tile);
                break;
            case 3:
                Tile<TLane, TVectors, Three>(tile);
                break;
            case 4:
                Tile<TLane, TVectors, MicroKernel.Four>(tile);
                break;
            case 5:
                Tile<TLane, TVectors, Five>(tile);
                break;
            case 6:
                Tile<TLane, TVectors, MicroKernel.Six>(tile);
                break;
            case 7:
                Tile<TLane, TVectors, Seven>(tile);
                break;
            case 8:
                Tile<TLane, TVectors, MicroKernel.Eight>(tile);
                break;
            case 9:
                Tile<TLane, TVectors, Nine>(tile);
                break;
            case 10:
                Tile<TLane, TVectors, Ten>(tile);
                break;
            case 11:
                Tile<TLane, TVectors, Eleven>(tile);
                break;
            case 12:
                Tile<TLane, TVectors, Twelve>(tile);
                break;
            case 13:
                Tile<TLane, TVectors, Thirteen>(tile);
                break;
            default:
                Tile<TLane, TVectors, MicroKernel.Fourteen>(tile);
                break;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile<TLane, TVectors, TRows>(in ConvolutionTile tile)
        where TLane : struct, ISimdLane<TLane>
        where TVectors : struct, IConstant
        where TRows : struct, IConstant
    {
        TLane s0 = default, t0 = default, s1 = default, t1 = default, s2 = default, t2 = default, s3 = default, t3 = default, s4 = default, t4 = default, s5 = default, t5 = default, s6 = default, t6 = default;
        TLane s7 = default, t7 = default, s8 = default, t8 = default, s9 = default, t9 = default, s10 = default, t10 = default, s11 = default, t11 = default, s12 = default, t12 = default, s13 = default, t13 = default;

        float* init = tile.Init;
        nint initRow = tile.InitRow;
        MicroKernel.Load<TLane, TVectors, TRows>(0, init, ref s0, ref t0);
        MicroKernel.Load<TLane, TVectors, TRows>(1, init + initRow, ref s1, ref t1);
        MicroKernel.Load<TLane, TVectors, TRows>(2, init + (2 * initRow), ref s2, ref t2);
        MicroKernel.Load<TLane, TVectors, TRows>(3, init + (3 * initRow), ref s3, ref t3);
        MicroKernel.Load<TLane, TVectors, TRows>(4, init + (4 * initRow), ref s4, ref t4);
        MicroKernel.Load<TLane, TVectors, TRows>(5, init + (5 * initRow), ref s5, ref t5);
        MicroKernel.Load<TLane, TVectors, TRows>(6, init + (6 * initRow), ref s6, ref t6);
        MicroKernel.Load<TLane, TVectors, TRows>(7, init + (7 * initRow), ref s7, ref t7);
        MicroKernel.Load<TLane, TVectors, TRows>(8, init + (8 * initRow), ref s8, ref t8);
        MicroKernel.Load<TLane, TVectors, TRows>(9, init + (9 * initRow), ref s9, ref t9);
        MicroKernel.Load<TLane, TVectors, TRows>(10, init + (10 * initRow), ref s10, ref t10);
        MicroKernel.Load<TLane, TVectors, TRows>(11, init + (11 * initRow), ref s11, ref t11);
        MicroKernel.Load<TLane, TVectors, TRows>(12, init + (12 * initRow), ref s12, ref t12);
        MicroKernel.Load<TLane, TVectors, TRows>(13, init + (13 * initRow), ref s13, ref t13);

        // Every fourth row has an address of its own; the three that follow it are reached by a scaled index.
        nint aRow = tile.ARow;
        nint row2 = 2 * aRow;
        nint row3 = 3 * aRow;
        nint aStep = tile.AStep;
        nint bStep = tile.BStep;
        int length = tile.RunLength;
        nint* run = tile.Runs;
        nint* runRow = tile.RunRows;
        for (nint* end = run + tile.RunCount; run < end; run++, runRow++)
        {
            float* b = tile.B + (*runRow * bStep);
            float* a0 = tile.A + *run;
            float* a4 = a0 + (4 * aRow);
            float* a8 = a0 + (8 * aRow);
            float* a12 = a0 + (12 * aRow);
            for (int p = 0; p < length; p++)
            {
                TLane u = TLane.Load(b);
                TLane v = TVectors.Value > 1 ? TLane.Load(b + TLane.Count) : default;
                MicroKernel.Multiply<TLane, TVectors, TRows>(0, a0, u, v, ref s0, ref t0);
                MicroKernel.Multiply<TLane, TVectors, TRows>(1, a0 + aRow, u, v, ref s1, ref t1);
                MicroKernel.Multiply<TLane, TVectors, TRows>(2, a0 + row2, u, v, ref s2, ref t2);
                MicroKernel.Multiply<TLane, TVectors, TRows>(3, a0 + row3, u, v, ref s3, ref t3);
                MicroKernel.Multiply<TLane, TVectors, TRows>(4, a4, u, v, ref s4, ref t4);
                MicroKernel.Multiply<TLane, TVectors, TRows>(5, a4 + aRow, u, v, ref s5, ref t5);
                MicroKernel.Multiply<TLane, TVectors, TRows>(6, a4 + row2, u, v, ref s6, ref t6);
                MicroKernel.Multiply<TLane, TVectors, TRows>(7, a4 + row3, u, v, ref s7, ref t7);
                MicroKernel.Multiply<TLane, TVectors, TRows>(8, a8, u, v, ref s8, ref t8);
                MicroKernel.Multiply<TLane, TVectors, TRows>(9, a8 + aRow, u, v, ref s9, ref t9);
                MicroKernel.Multiply<TLane, TVectors, TRows>(10, a8 + row2, u, v, ref s10, ref t10);
                MicroKernel.Multiply<TLane, TVectors, TRows>(11, a8 + row3, u, v, ref s11, ref t11);
                MicroKernel.Multiply<TLane, TVectors, TRows>(12, a12, u, v, ref s12, ref t12);
                MicroKernel.Multiply<TLane, TVectors, TRows>(13, a12 + aRow, u, v, ref s13, ref t13);
                a0 += aStep;
                a4 += aStep;
                a8 += aStep;
                a12 += aStep;
                b += bStep;
            }
        }

        float* c = tile.C;
        nint cRow = tile.CRow;
        MicroKernel.Store<TLane, TVectors, TRows>(0, c, s0, t0);
        MicroKernel.Store<TLane, TVectors, TRows>(1, c + cRow, s1, t1);
        MicroKernel.Store<TLane, TVectors, TRows>(2, c + (2 * cRow), s2, t2);
        MicroKernel.Store<TLane, TVectors, TRows>(3, c + (3 * cRow), s3, t3);
        MicroKernel.Store<TLane, TVectors, TRows>(4, c + (4 * cRow), s4, t4);
        MicroKernel.Store<TLane, TVectors, TRows>(5, c + (5 * cRow), s5, t5);
        MicroKernel.Store<TLane, TVectors, TRows>(6, c + (6 * cRow), s6, t6);
        MicroKernel.Store<TLane, TVectors, TRows>(7, c + (7 * cRow), s7, t7);
        MicroKernel.Store<TLane, TVectors, TRows>(8, c + (8 * cRow), s8, t8);
        MicroKernel.Store<TLane, TVectors, TRows>(9, c + (9 * cRow), s9, t9);
        MicroKernel.Store<TLane, TVectors, TRows>(10, c + (10 * cRow), s10, t10);
        MicroKernel.Store<TLane, TVectors, TRows>(11, c + (11 * cRow), s11, t11);
        MicroKernel.Store<TLane, TVectors, TRows>(12, c + (12 * cRow), s12, t12);
        MicroKernel.Store<TLane, TVectors, TRows>(13, c + (13 * cRow), s13, t13);
    }

    private readonly struct Three : IConstant
    {
        public static int Value => 3;
    }

    private readonly struct Five : IConstant
    {
        public static int Value => 5;
    }

    private readonly struct Seven : IConstant
    {
        public static int Value => 7;
    }

    private readonly struct Nine : IConstant
    {
        public static int Value => 9;
    }

    private readonly struct Ten : IConstant
    {
        public static int Value => 10;
    }

    private readonly struct Eleven : IConstant
    {
        public static int Value => 11;
    }

    private readonly struct Twelve : IConstant
    {
        public static int Value => 12;
    }

    private readonly struct Thirteen : IConstant
    {
        public static int Value => 13;
    }
}
