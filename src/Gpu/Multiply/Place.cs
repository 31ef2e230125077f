namespace MLNet.GradientTrainers.Kernels.Gpu;

/// <summary>What an operand knows of a line before it reads along its depth.</summary>
/// <param name="line">The line.</param>
/// <param name="offset">Where its elements begin; below 0 for a line that is not there.</param>
/// <param name="y">Of an image: the row that it begins at.</param>
/// <param name="x">Of an image: the column that it begins at.</param>
internal readonly struct Place(int line, int offset, int y, int x)
{
    public readonly int Line = line;
    public readonly int Offset = offset;
    public readonly int Y = y;
    public readonly int X = x;
}
