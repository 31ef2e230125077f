using System.Globalization;

namespace MLNet.GradientTrainers.Kernels;

/// <summary>
/// Bounds what one row may cost by its inputs, which the caller has, and the weights, which a model file must hold. Without it a description of some hundred bytes could claim gigabytes
/// and minutes for a row: a convolution of 1×1 with a padding of thousands. Real networks are far below.
/// </summary>
internal static class RowCost
{
    /// <summary>64 MiB: harmless, whatever they come from.</summary>
    private const long HarmlessNumbers = 1 << 24;

    /// <summary>A layer makes channels of an input: hundreds, at most.</summary>
    private const long NumbersPerInput = 1 << 10;

    /// <summary>A unit has one weight at least; its output and its pre-activation are kept.</summary>
    private const long NumbersPerWeight = 4;

    /// <summary>A second or so.</summary>
    private const double HarmlessMultiplyAdds = 1L << 36;

    /// <summary>A weight meets each input once, or nearly: padding adds some.</summary>
    private const double MultiplyAddsPerPair = 4;

    /// <param name="numbers">What a layer keeps for a row: its outputs and its workspace.</param>
    /// <param name="multiplyAdds">Those of the layers so far.</param>
    /// <param name="inputs">Inputs of the network.</param>
    /// <param name="weights">Weights of the layers so far.</param>
    /// <exception cref="ArgumentException">The row costs too much.</exception>
    public static void Check(long numbers, double multiplyAdds, long inputs, long weights)
    {
        if (numbers > HarmlessNumbers + (NumbersPerInput * inputs) + (NumbersPerWeight * weights))
        {
            throw Error($"the {numbers:N0} numbers that it makes of one row are", inputs, weights);
        }

        if (multiplyAdds > HarmlessMultiplyAdds + (MultiplyAddsPerPair * inputs * weights))
        {
            throw Error($"the {multiplyAdds:N0} multiplications for one row up to here are", inputs, weights);
        }
    }

    private static ArgumentException Error(FormattableString what, long inputs, long weights) => new(
        string.Create(CultureInfo.InvariantCulture, $"{what.ToString(CultureInfo.InvariantCulture)} out of all proportion to the network's {inputs:N0} inputs and {weights:N0} weights. Use less padding, or fewer filters."));
}
