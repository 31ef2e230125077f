using System.Globalization;

namespace MLNet.GradientTrainers;

/// <summary>The shape of an image. The order of its values is told by <see cref="CnnOptions.ImageLayout"/>.</summary>
/// <param name="Channels">1 for grey, 3 for colours.</param>
/// <param name="Height">Rows.</param>
/// <param name="Width">Pixels of a row.</param>
public readonly record struct ImageShape(int Channels, int Height, int Width)
{
    /// <summary>Values of an image.</summary>
    public long Size => (long)Channels * Height * Width;

    /// <summary>For example <c>3 × 32 × 32</c>.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Channels} × {Height} × {Width}");
}
