using System.Runtime.CompilerServices;

namespace MLNet.GradientTrainers.Kernels.Gpu;

/// <summary>Four rows of four sums, in registers.</summary>
internal readonly struct Block4x4(F4 row0, F4 row1, F4 row2, F4 row3)
{
    private readonly F4 _row0 = row0;
    private readonly F4 _row1 = row1;
    private readonly F4 _row2 = row2;
    private readonly F4 _row3 = row3;

    /// <summary>What the sums start at.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Block4x4 Start<TRule>(Result<TRule> result, int part, int group, int row, int column)
        where TRule : struct, IActivationRule
    {
        if (result.Continues)
        {
            return new(
                result.Read(part, group, row, column),
                result.Read(part, group, row + 1, column),
                result.Read(part, group, row + 2, column),
                result.Read(part, group, row + 3, column));
        }

        F4 bias = result.Bias(group, column);
        return new(bias, bias, bias, bias);
    }

    /// <summary>The sums with all products of four lines on the left and four on the right.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Block4x4 Add(F4 left, F4 right) => new(Add(_row0, left.X, right), Add(_row1, left.Y, right), Add(_row2, left.Z, right), Add(_row3, left.W, right));

    /// <summary>Writes the sums.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Write<TRule>(Result<TRule> result, int part, int group, int row, int column)
        where TRule : struct, IActivationRule
    {
        result.Write(part, group, row, column, _row0);
        result.Write(part, group, row + 1, column, _row1);
        result.Write(part, group, row + 2, column, _row2);
        result.Write(part, group, row + 3, column, _row3);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static F4 Add(F4 sums, float left, F4 right) =>
        new(sums.X + (left * right.X), sums.Y + (left * right.Y), sums.Z + (left * right.Z), sums.W + (left * right.W));
}
