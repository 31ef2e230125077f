namespace MLNet.GradientTrainers.Kernels;

/// <summary>
/// Layer normalization: y = γ · (x − μ) / √(σ² + ε) + β, where μ and σ² are the mean and the biased variance of all numbers of one sample, whatever its shape; γ and β have one number for
/// each of them. The same in training and prediction. A single number is refused: it is its own mean.
/// </summary>
/// <remarks>For an image, γ and β lie as [height, width, channels]. J. Ba, J. Kiros, G. Hinton, "Layer normalization", 2016; ε as in PyTorch.</remarks>
/// <param name="Epsilon">ε, above 0.</param>
public sealed record LayerNormalization(double Epsilon = 1e-5) : Layer
{
    /// <inheritdoc/>
    public override string Name => "layer-normalization";

    /// <inheritdoc/>
    public override void Validate() => Guard.Positive(Epsilon, nameof(Epsilon), Name);

    /// <inheritdoc/>
    public override TensorShape OutputShape(TensorShape input)
    {
        ArgumentNullException.ThrowIfNull(input);
        return input.Size > 1
            ? input
            : throw new ArgumentException($"A {Name} layer of one number gives only its shift, whatever the number: nothing before it would learn. Leave it out.", nameof(input));
    }

    /// <inheritdoc/>
    public override IReadOnlyList<ParameterSpec> Parameters(TensorShape input)
    {
        int[] dimensions = input.Rank == 3 ? [input[1], input[2], input[0]] : input.Dimensions.ToArray();
        return [new ParameterSpec("scale", dimensions, 1, 1, new Constant(1)), new ParameterSpec("shift", dimensions, 1, 1, new Zeros())];
    }

    /// <summary>The sample's mean and variance.</summary>
    public override int WorkspaceSize(TensorShape input) => 2;

    /// <inheritdoc/>
    public override long MultiplyAdds(TensorShape input) => input.Size;

    /// <inheritdoc/>
    internal override bool NeedsOutput => false;

    /// <inheritdoc/>
    public override void Forward<T>(LayerPass<T> pass) =>
        pass.Backend.NormalizeRows(Normalization(pass), pass.Input, pass.Output, pass.Rows, pass.InputShape.Size);

    /// <inheritdoc/>
    public override void Backward<T>(LayerPass<T> pass) =>
        pass.Backend.NormalizeRowsBackward(
            Normalization(pass), pass.Input, pass.OutputGradient, pass.InputGradient, pass.ParameterGradients[0], pass.ParameterGradients[1], pass.Rows, pass.InputShape.Size);

    private NormalizationPass<T> Normalization<T>(LayerPass<T> pass)
        where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T> =>
        new(pass.Workspace.Slice(0, pass.Rows), pass.Workspace.Slice(pass.Rows, pass.Rows), pass.Parameters[0], pass.Parameters[1], Epsilon);
}
