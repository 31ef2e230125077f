using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace MLNet.GradientTrainers.Kernels;

/// <summary>
/// Copies a matrix into panels: blocks of columns, each stored row after row without gaps, in the order in which the micro kernel reads them. One such
/// copy serves all rows of the other matrix and all threads.
/// </summary>
internal static unsafe class Packing
{
    /// <summary>Rows of the target that are written while their lines stay in the first-level cache.</summary>
    private const int Strip = 16;

    /// <summary>Rows of a source that are asked for ahead.</summary>
    private const int StepsAhead = 4;

    /// <summary>target[p, j] = source[p, j], both row-major; j runs over whole lane groups, so that up to Count − 1 numbers beyond the columns come along.</summary>
    /// <param name="source">First element.</param>
    /// <param name="sourceRow">Distance of its rows.</param>
    /// <param name="target">First element of the panel.</param>
    /// <param name="width">Columns of the panel: one or two lane groups.</param>
    /// <param name="rows">Number of rows.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Copy<TLane>(float* source, nint sourceRow, float* target, int width, int rows)
        where TLane : struct, ISimdLane<TLane>
    {
        if (width == TLane.Count)
        {
            for (int p = 0; p < rows; p++)
            {
                TLane.Store(TLane.Load(source), target);
                source += sourceRow;
                target += TLane.Count;
            }
        }
        else
        {
            for (int p = 0; p < rows; p++)
            {
                TLane.Store(TLane.Load(source), target);
                TLane.Store(TLane.Load(source + TLane.Count), target + TLane.Count);
                source += sourceRow;
                target += 2 * TLane.Count;
            }
        }
    }

    /// <summary>
    /// Copies rows of a matrix into panels, panel[p, j] = source[p, first column + j]; the last panel is one lane group wide where that is enough. j runs over whole lane groups, so that up to Count − 1 numbers beyond the
    /// columns come along. Row by row of the source, as memory gives them fastest.
    /// </summary>
    /// <param name="source">First element of the matrix.</param>
    /// <param name="sourceRow">Distance of its rows.</param>
    /// <param name="panels">First element of the first panel.</param>
    /// <param name="depth">Rows of the matrix, all of which a panel has.</param>
    /// <param name="columns">Its columns.</param>
    /// <param name="panelWidth">Columns of a panel: two lane groups.</param>
    /// <param name="start">First row to copy.</param>
    /// <param name="end">End of the rows.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void CopyRows<TLane>(float* source, nint sourceRow, float* panels, int depth, int columns, int panelWidth, int start, int end)
        where TLane : struct, ISimdLane<TLane>
    {
        nint panel = (nint)panelWidth * depth;
        for (int p = start; p < end; p++)
        {
            float* from = source + (p * sourceRow);
            float* target = panels + ((nint)p * panelWidth);
            int left = columns;
            for (; left > TLane.Count; left -= panelWidth)
            {
                TLane.Store(TLane.Load(from), target);
                TLane.Store(TLane.Load(from + TLane.Count), target + TLane.Count);
                from += panelWidth;
                target += panel;
            }

            if (left > 0)
            {
                TLane.Store(TLane.Load(from), target - ((nint)p * (panelWidth - TLane.Count)));
            }
        }
    }

    /// <summary>
    /// Copies the transpose of a matrix in the order in which the micro kernel reads it, tile by tile: target[tile][p, i] = source[p, tile · rows of a tile + i]. Up to Count − 1 numbers beyond the columns come along, and
    /// as many behind a tile are overwritten.
    /// </summary>
    /// <param name="source">First element.</param>
    /// <param name="sourceRow">Distance of its rows, the steps of the sums.</param>
    /// <param name="target">First element of the first tile.</param>
    /// <param name="targetTile">Distance of the tiles: at least <paramref name="tile"/> · <paramref name="steps"/> + Count − 1.</param>
    /// <param name="tile">Rows of a tile.</param>
    /// <param name="rows">Rows of all tiles: columns of the source.</param>
    /// <param name="steps">Rows of the source.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Tiles<TLane>(float* source, nint sourceRow, float* target, nint targetTile, int tile, int rows, int steps)
        where TLane : struct, ISimdLane<TLane>
    {
        for (int p = 0; p < steps; p++)
        {
            // The next rows lie far apart, so that the processor does not guess them.
            if (p + StepsAhead < steps)
            {
                Prefetch.Row((byte*)(source + (StepsAhead * sourceRow)), rows * (long)sizeof(float));
            }

            float* to = target;
            for (int row = 0; row < rows; row += tile)
            {
                for (int i = 0; i < tile; i += TLane.Count)
                {
                    TLane.Store(TLane.Load(source + row + i), to + i);
                }

                to += targetTile;
            }

            source += sourceRow;
            target += tile;
        }
    }

    /// <summary>target[p, j] = source[j, p], both row-major.</summary>
    /// <param name="source">First element.</param>
    /// <param name="sourceRow">Distance of its rows.</param>
    /// <param name="target">First element of the panel.</param>
    /// <param name="width">Distance of the panel's rows.</param>
    /// <param name="rows">Rows of the panel.</param>
    /// <param name="columns">Columns of the panel that exist in the source, at most <paramref name="width"/>.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Transpose(float* source, nint sourceRow, float* target, int width, int rows, int columns)
    {
        int wholeColumns = Sse.IsSupported ? columns & ~3 : 0;
        for (int first = 0; first < rows; first += Strip)
        {
            int end = Math.Min(rows, first + Strip);
            for (int j = 0; j < wholeColumns; j += 4)
            {
                float* from = source + (j * sourceRow);
                int p = first;
                for (; p + 4 <= end; p += 4)
                {
                    Transpose4(from + p, sourceRow, target + ((nint)p * width) + j, width);
                }

                for (; p < end; p++)
                {
                    float* to = target + ((nint)p * width) + j;
                    to[0] = from[p];
                    to[1] = from[p + sourceRow];
                    to[2] = from[p + (2 * sourceRow)];
                    to[3] = from[p + (3 * sourceRow)];
                }
            }

            for (int j = wholeColumns; j < columns; j++)
            {
                for (int p = first; p < end; p++)
                {
                    target[((nint)p * width) + j] = source[(j * sourceRow) + p];
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Transpose4(float* source, nint sourceRow, float* target, nint targetRow)
    {
        Vector128<float> a = Vector128.Load(source);
        Vector128<float> b = Vector128.Load(source + sourceRow);
        Vector128<float> c = Vector128.Load(source + (2 * sourceRow));
        Vector128<float> d = Vector128.Load(source + (3 * sourceRow));
        Vector128<float> abLow = Sse.UnpackLow(a, b);
        Vector128<float> abHigh = Sse.UnpackHigh(a, b);
        Vector128<float> cdLow = Sse.UnpackLow(c, d);
        Vector128<float> cdHigh = Sse.UnpackHigh(c, d);
        Sse.MoveLowToHigh(abLow, cdLow).Store(target);
        Sse.MoveHighToLow(cdLow, abLow).Store(target + targetRow);
        Sse.MoveLowToHigh(abHigh, cdHigh).Store(target + (2 * targetRow));
        Sse.MoveHighToLow(cdHigh, abHigh).Store(target + (3 * targetRow));
    }
}
