namespace MLNet.GradientTrainers.Kernels;

/// <summary>The check of layers that take a flat sample.</summary>
internal static class Flat
{
    public static void Require(TensorShape input, string layer)
    {
        ArgumentNullException.ThrowIfNull(input);
        if (input.Rank != 1)
        {
            throw new ArgumentException(
                $"A {layer} layer takes a flat sample, but its input has the shape {input}. Put a Flatten layer before it: that gives the shape [{input.Size}].",
                nameof(input));
        }
    }
}
