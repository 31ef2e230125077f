using System.Runtime.CompilerServices;
using ILGPU;

namespace MLNet.GradientTrainers.Kernels.Gpu;

/// <summary>128 × 128 sums of a group, 8 × 8 of a thread in four blocks 64 rows and 64 columns apart, so that neighbours read neighbouring fours of shared memory.</summary>
internal readonly struct Tile128(Block4x4 block00, Block4x4 block01, Block4x4 block10, Block4x4 block11) : ITile<Tile128>
{
    private const int Apart = 64;

    private readonly Block4x4 _block00 = block00;
    private readonly Block4x4 _block01 = block01;
    private readonly Block4x4 _block10 = block10;
    private readonly Block4x4 _block11 = block11;

    public static int Lines => 2 * Apart;

    public static int Depth => 8;

    public static int Unrolled => 2;

    public static int Fours => 16;

    public static int RowOf(int four) => (four & 3) + ((four & 4) * (Apart / 4));

    public static int ColumnOf(int four) => (four >> 3) * Apart;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Tile128 Start<TRule>(Result<TRule> result, int part, int group, int row, int column)
        where TRule : struct, IActivationRule =>
        new(
            Block4x4.Start(result, part, group, row, column),
            Block4x4.Start(result, part, group, row, column + Apart),
            Block4x4.Start(result, part, group, row + Apart, column),
            Block4x4.Start(result, part, group, row + Apart, column + Apart));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Tile128 Add(ArrayView<F4> left, ArrayView<F4> right, int depth)
    {
        F4 left0 = left[depth];
        F4 left1 = left[depth + (Apart / 4)];
        F4 right0 = right[depth];
        F4 right1 = right[depth + (Apart / 4)];
        return new(_block00.Add(left0, right0), _block01.Add(left0, right1), _block10.Add(left1, right0), _block11.Add(left1, right1));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Tile128 AddUnrolled(ArrayView<F4> left, ArrayView<F4> right, int step) => Add(left, right, 0).Add(left, right, step);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Write<TRule>(Result<TRule> result, int part, int group, int row, int column)
        where TRule : struct, IActivationRule
    {
        _block00.Write(result, part, group, row, column);
        _block01.Write(result, part, group, row, column + Apart);
        _block10.Write(result, part, group, row + Apart, column);
        _block11.Write(result, part, group, row + Apart, column + Apart);
    }
}
