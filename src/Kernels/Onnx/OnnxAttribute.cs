namespace MLNet.GradientTrainers.Kernels;

/// <summary>A setting of an ONNX operator: a whole number, a Single, or several whole numbers.</summary>
public sealed record OnnxAttribute
{
    /// <summary>A whole number.</summary>
    /// <param name="name">For example <c>axis</c>.</param>
    /// <param name="value">The number.</param>
    public OnnxAttribute(string name, long value) => (Name, Integer) = (name, value);

    /// <summary>A Single.</summary>
    /// <param name="name">For example <c>alpha</c>.</param>
    /// <param name="value">The number.</param>
    public OnnxAttribute(string name, float value) => (Name, Number) = (name, value);

    /// <summary>Several whole numbers.</summary>
    /// <param name="name">For example <c>pads</c>.</param>
    /// <param name="values">The numbers.</param>
    public OnnxAttribute(string name, IReadOnlyList<long> values) => (Name, Integers) = (name, values);

    /// <summary>The setting's name.</summary>
    public string Name { get; }

    /// <summary>The number, if it is a whole one.</summary>
    public long? Integer { get; }

    /// <summary>The number, if it is a Single.</summary>
    public float? Number { get; }

    /// <summary>The numbers, if there are several.</summary>
    public IReadOnlyList<long>? Integers { get; }
}
