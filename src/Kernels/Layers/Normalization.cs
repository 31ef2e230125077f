using System.Runtime.CompilerServices;

namespace MLNet.GradientTrainers.Kernels;

/// <summary>
/// y = (x − mean) · scale with numbers that are set before training, for every feature of a flat sample or every channel of an image. No optimizer changes them: with mean 0 and
/// scale 1, the start, the layer does nothing.
/// </summary>
/// <remarks>
/// Keras' <c>Normalization</c>, with 1 / standard deviation (or another spread) as the scale, so that 0 stands for a constant feature. Unlike <see cref="BatchNormalization"/> it looks
/// at no batch.
/// </remarks>
public sealed record Normalization : Layer
{
    /// <summary>Name of the parameter that is taken off.</summary>
    public const string Mean = "mean";

    /// <summary>Name of the parameter that is multiplied by.</summary>
    public const string Scale = "scale";

    /// <inheritdoc/>
    public override string Name => "normalization";

    /// <inheritdoc/>
    public override TensorShape OutputShape(TensorShape input)
    {
        ArgumentNullException.ThrowIfNull(input);
        return input.Rank is 1 or 3
            ? input
            : throw new ArgumentException($"A {Name} layer takes flat samples or images [channels, height, width], but its input has the shape {input}. Flatten it first.", nameof(input));
    }

    /// <inheritdoc/>
    public override IReadOnlyList<ParameterSpec> Parameters(TensorShape input) =>
    [
        new ParameterSpec(Mean, [input[0]], 1, 1, new Zeros(), Trainable: false),
        new ParameterSpec(Scale, [input[0]], 1, 1, new Constant(1), Trainable: false),
    ];

    /// <inheritdoc/>
    public override long MultiplyAdds(TensorShape input) => input.Size;

    /// <inheritdoc/>
    internal override bool WorksInPlace => true;

    /// <inheritdoc/>
    internal override bool NeedsOutput => false;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Forward<T>(LayerPass<T> pass) =>
        pass.Backend.ScaleColumns(pass.Parameters[0], pass.Parameters[1], pass.Input, pass.Output, pass.Rows * (pass.InputShape.Size / pass.InputShape[0]), pass.InputShape[0]);

    /// <inheritdoc/>
    public override void Backward<T>(LayerPass<T> pass)
    {
        if (!pass.InputGradient.IsNone)
        {
            pass.Backend.ScaleColumns(default, pass.Parameters[1], pass.OutputGradient, pass.InputGradient, pass.Rows * (pass.InputShape.Size / pass.InputShape[0]), pass.InputShape[0]);
        }
    }
}
