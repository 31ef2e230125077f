using System.Runtime.CompilerServices;
using ILGPU;

namespace MLNet.GradientTrainers.Kernels.Gpu;

/// <summary>
/// The matrix multiply of all products and convolutions: left · right, where the operands say how they are read and the result what its sums start at and where they go.
/// </summary>
/// <remarks>
/// A group of 256 threads computes a square of the result. Strips of both sides go through shared memory, transposed so that the lines of one depth are neighbours; while one strip is multiplied, the next one is on its
/// way to registers, and then to the other half of that memory. Every element's sum runs over ascending depth, whatever the tile. See V. Volkov, J. W. Demmel, Benchmarking GPUs to Tune Dense Linear Algebra, 2008.
/// </remarks>
internal static class TiledProduct
{
    /// <summary>Threads of a group.</summary>
    public const int Threads = 256;

    // Four more floats a line than there are lines: the four writes of a thread that read along the depth do not all go to the same bank.
    private const int Pad = 4;

    // The larger strip: (64 + 4) × 16; (128 + 4) × 8 is smaller. Shared memory must have a fixed size.
    private const int Strip = 1088;

    internal static void MultiplyKernel<TTile, TLeft, TRight, TRule>(Product product, TLeft left, TRight right, Result<TRule> result)
        where TTile : struct, ITile<TTile>
        where TLeft : struct, IOperand
        where TRight : struct, IOperand
        where TRule : struct, IActivationRule
    {
        ArrayView<float> leftStrips = SharedMemory.Allocate<float>(2 * Strip);
        ArrayView<float> rightStrips = SharedMemory.Allocate<float>(2 * Strip);
        ArrayView<F4> leftFours = Fours.Of(leftStrips);
        ArrayView<F4> rightFours = Fours.Of(rightStrips);
        int stride = TTile.Lines + Pad;

        int thread = Group.IdxX;
        int group = Grid.IdxZ;
        int part = Grid.IdxY;
        int begin = part * product.PartDepth;
        int end = Math.Min(product.Depth, begin + product.PartDepth);

        // Eight threads side by side, four below each other: a warp of 32 reads few different fours.
        int row = (((thread >> 6) << 2) + ((thread >> 3) & 3)) << 2;
        int column = ((((thread >> 5) & 1) << 3) + (thread & 7)) << 2;
        int across = Grid.IdxX / product.RowTiles;
        int firstRow = (Grid.IdxX - (across * product.RowTiles)) * TTile.Lines;
        int firstColumn = across * TTile.Lines;

        int leftLine = Line<TTile, TLeft>(thread);
        int rightLine = Line<TTile, TRight>(thread);
        int leftDepth = DepthOf<TTile, TLeft>(thread);
        int rightDepth = DepthOf<TTile, TRight>(thread);
        Place leftPlace = left.At(group, firstRow + leftLine);
        Place rightPlace = right.At(group, firstColumn + rightLine);

        TTile sums = TTile.Start(result, part, group, firstRow + row, firstColumn + column);

        // The first round only brings the first strips.
        int half = 0;
        for (int depth = begin - TTile.Depth; depth < end; depth += TTile.Depth)
        {
            int next = depth + TTile.Depth;
            F4 nextLeft = left.Load(leftPlace, next + leftDepth, end);
            F4 nextRight = right.Load(rightPlace, next + rightDepth, end);

            int leftIndex = (half + row) >> 2;
            int rightIndex = (half + column) >> 2;
            int count = depth < begin ? 0 : Math.Min(TTile.Depth, end - depth);
            if (TTile.Unrolled > 1)
            {
                for (; count >= TTile.Unrolled; count -= TTile.Unrolled)
                {
                    sums = sums.AddUnrolled(leftFours.SubView(leftIndex), rightFours.SubView(rightIndex), stride >> 2);
                    leftIndex += TTile.Unrolled * (stride >> 2);
                    rightIndex += TTile.Unrolled * (stride >> 2);
                }
            }

            for (; count > 0; count--)
            {
                sums = sums.Add(leftFours.SubView(leftIndex), rightFours.SubView(rightIndex), 0);
                leftIndex += stride >> 2;
                rightIndex += stride >> 2;
            }

            half = Strip - half;
            Store<TLeft>(leftStrips, stride, half + (leftDepth * stride) + leftLine, nextLeft);
            Store<TRight>(rightStrips, stride, half + (rightDepth * stride) + rightLine, nextRight);
            Group.Barrier();
        }

        sums.Write(result, part, group, firstRow + row, firstColumn + column);
        if (result.Activates)
        {
            // Read again, so that the activation's code is there once and not for each of the sums.
            for (int i = 0; i < TTile.Fours; i++)
            {
                result.Activate(part, group, firstRow + row + TTile.RowOf(i), firstColumn + column + TTile.ColumnOf(i));
            }
        }
    }

    /// <summary>The line that a thread reads, or the first one of four.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Line<TTile, TOperand>(int thread)
        where TTile : struct, ITile<TTile>
        where TOperand : struct, IOperand =>
        TOperand.AlongDepth ? thread / (TTile.Depth / 4) : thread % (TTile.Lines / 4) * 4;

    /// <summary>The depth that a thread reads, or the first one of four.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int DepthOf<TTile, TOperand>(int thread)
        where TTile : struct, ITile<TTile>
        where TOperand : struct, IOperand =>
        TOperand.AlongDepth ? thread % (TTile.Depth / 4) * 4 : thread / (TTile.Lines / 4);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store<TOperand>(ArrayView<float> strips, int stride, int index, F4 values)
        where TOperand : struct, IOperand
    {
        if (TOperand.AlongDepth)
        {
            strips[index] = values.X;
            strips[index + stride] = values.Y;
            strips[index + (2 * stride)] = values.Z;
            strips[index + (3 * stride)] = values.W;
        }
        else
        {
            Fours.Of(strips)[index >> 2] = values;
        }
    }
}
