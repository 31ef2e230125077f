using System.Runtime.CompilerServices;
using ILGPU;

namespace MLNet.GradientTrainers.Kernels.Gpu;

/// <summary>64 × 64 sums of a group, 4 × 4 of a thread: for small matrices.</summary>
internal readonly struct Tile64(Block4x4 block) : ITile<Tile64>
{
    private readonly Block4x4 _block = block;

    public static int Lines => 64;

    public static int Depth => 16;

    public static int Unrolled => 1;

    public static int Fours => 4;

    public static int RowOf(int four) => four;

    public static int ColumnOf(int four) => 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Tile64 Start<TRule>(Result<TRule> result, int part, int group, int row, int column)
        where TRule : struct, IActivationRule =>
        new(Block4x4.Start(result, part, group, row, column));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Tile64 Add(ArrayView<F4> left, ArrayView<F4> right, int depth) => new(_block.Add(left[depth], right[depth]));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Tile64 AddUnrolled(ArrayView<F4> left, ArrayView<F4> right, int step) => Add(left, right, 0);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Write<TRule>(Result<TRule> result, int part, int group, int row, int column)
        where TRule : struct, IActivationRule =>
        _block.Write(result, part, group, row, column);
}
