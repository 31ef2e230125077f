using System.Text.RegularExpressions;

namespace MLNet.GradientTrainers.Kernels.Gpu.Tests;

/// <summary>
/// How far a device may be from the reference, relative to max(1, |expected|), by the kind of operation. What copies, compares, or rounds each operation as the reference does, must give the same bits.
/// </summary>
internal static partial class GpuTolerance
{
    /// <summary>A product and a sum are rounded together or apart.</summary>
    private const double Rounding = 1e-6;

    /// <summary>The same in the eight steps of an optimizer, some of which divide by small roots.</summary>
    private const double Steps = 5e-6;

    /// <summary>Sums in another order than the reference's, which are better than its own: they are taken in double.</summary>
    private const double Order = 5e-6;

    /// <summary>Long products.</summary>
    private const double Products = 1e-5;

    /// <summary>The longest: of thousands of pixels, or in parts, which are added at the end.</summary>
    private const double Gradients = 1e-4;

    /// <summary>The tolerance of a case: that of the processor, or its kind's.</summary>
    public static double Of(BackendCase one) => Math.Max(
        one.Tolerance,
        ProductNames().IsMatch(one.Name) ? Products
        : GradientNames().IsMatch(one.Name) ? Gradients
        : OrderNames().IsMatch(one.Name) ? Order
        : RoundingNames().IsMatch(one.Name) ? Rounding
        : one.Name.Contains(nameof(GradientTransform), StringComparison.Ordinal) ? Steps
        : 0);

    [GeneratedRegex("^(MatMul|Affine|Convolution )")]
    private static partial Regex ProductNames();

    [GeneratedRegex("^Convolution(Input|Weight)Gradient")]
    private static partial Regex GradientNames();

    [GeneratedRegex("^SumRows")]
    private static partial Regex OrderNames();

    [GeneratedRegex("^(AddScaled|Blend|EncodePiecewise|LimitColumnNorms|Map|Sparse)")]
    private static partial Regex RoundingNames();
}
