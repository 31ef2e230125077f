namespace MLNet.GradientTrainers.Kernels;

/// <summary>Where one parameter of one layer lies in the flat vector of all of a network's weights.</summary>
/// <param name="Layer">Index of the layer, from 0.</param>
/// <param name="Spec">The parameter's name, dimensions and initialiser.</param>
/// <param name="Offset">Index of its first element: a multiple of <see cref="Alignment"/>. The gap before the next one stays zero.</param>
/// <param name="Length">Number of elements.</param>
/// <param name="Index">Which of the layer's parameters it is, from 0.</param>
public sealed record ParameterSlot(int Layer, ParameterSpec Spec, int Offset, int Length, int Index)
{
    /// <summary>Parameters begin at multiples of so many elements: one cache line of floats.</summary>
    public const int Alignment = 16;
}
