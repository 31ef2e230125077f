using System.Globalization;

namespace MLNet.GradientTrainers.Kernels;

/// <summary>
/// The shape of one sample, without the batch dimension: <c>[features]</c> for dense data,
/// <c>[channels, height, width]</c> for images.
/// </summary>
public sealed class TensorShape : IEquatable<TensorShape>
{
    /// <summary>The largest number of elements that one sample may have.</summary>
    public const int MaxElements = 1 << 28;

    private readonly int[] _dimensions;

    /// <summary>Creates a shape from its dimensions, outermost first.</summary>
    /// <param name="dimensions">One or more sizes, each at least 1.</param>
    /// <exception cref="ArgumentException">No dimension is given, one is below 1, or the product exceeds <see cref="MaxElements"/>.</exception>
    public TensorShape(params ReadOnlySpan<int> dimensions)
    {
        if (dimensions.IsEmpty)
        {
            throw new ArgumentException("A shape needs at least one dimension.", nameof(dimensions));
        }

        long size = 1;
        foreach (int dimension in dimensions)
        {
            if (dimension < 1)
            {
                throw new ArgumentException($"A shape's dimensions must be at least 1, but one is {dimension}.", nameof(dimensions));
            }

            size *= dimension;
            if (size > MaxElements)
            {
                throw new ArgumentException($"A sample of more than {MaxElements:N0} elements is too large.", nameof(dimensions));
            }
        }

        _dimensions = dimensions.ToArray();
        Size = (int)size;
    }

    /// <summary>The number of elements of one sample: the product of all dimensions.</summary>
    public int Size { get; }

    /// <summary>The number of dimensions.</summary>
    public int Rank => _dimensions.Length;

    /// <summary>The dimensions, outermost first.</summary>
    public ReadOnlySpan<int> Dimensions => _dimensions;

    /// <summary>The size along one dimension.</summary>
    /// <param name="dimension">Index in [0, <see cref="Rank"/>).</param>
    public int this[int dimension] => _dimensions[dimension];

    /// <inheritdoc/>
    public bool Equals(TensorShape? other) => other is not null && _dimensions.AsSpan().SequenceEqual(other._dimensions);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as TensorShape);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        HashCode hash = default;
        foreach (int dimension in _dimensions)
        {
            hash.Add(dimension);
        }

        return hash.ToHashCode();
    }

    /// <summary>For example <c>[3, 32, 32]</c>.</summary>
    public override string ToString() =>
        "[" + string.Join(", ", _dimensions.Select(d => d.ToString(CultureInfo.InvariantCulture))) + "]";
}
