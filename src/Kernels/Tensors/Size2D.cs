using System.Globalization;

namespace MLNet.GradientTrainers.Kernels;

/// <summary>A height and a width, for example of a kernel. A single number is both: <c>5</c> is 5 × 5; <c>(1, 3)</c> is 1 high and 3 wide.</summary>
/// <param name="Height">Along the rows of an image.</param>
/// <param name="Width">Along the columns.</param>
public readonly record struct Size2D(int Height, int Width)
{
    /// <summary>A square.</summary>
    public static implicit operator Size2D(int size) => new(size, size);

    /// <summary>A rectangle.</summary>
    public static implicit operator Size2D((int Height, int Width) size) => new(size.Height, size.Width);

    /// <summary>For example <c>5×5</c>.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Height}×{Width}");
}
