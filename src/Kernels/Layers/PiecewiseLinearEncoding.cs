using System.Globalization;

namespace MLNet.GradientTrainers.Kernels;

/// <summary>
/// Piecewise linear encoding of numbers: each feature of a flat sample, and behind the features <paramref name="Bins"/> components of each, which are filled one after the other as the feature grows.
/// Component t is (x − start) · scale between 0 and 1, where scale is 1 / the bin's width; the first one has no lower limit and the last one no upper limit. No optimizer changes starts and scales.
/// </summary>
/// <param name="Bins">Components of each feature, from 1 to 1024. Output: [features · (1 + bins)]; component t of feature j of p is number (1 + t) · p + j.</param>
/// <remarks>
/// <para>What a network computes of the components bends at each border of two bins where the weights ask for it: steps and waves along one feature, which units of a dense layer have to learn by moving,
/// are weights of the first layer. The paper has the components alone; with the features beside them planes are learned better (docs/defaults.md).</para>
/// <para>A component whose scale is 0 is always 0. Features with fewer bins have such components at the end; the last component before them is the one without an upper limit.</para>
/// <para>Y. Gorishniy, I. Rubachev, A. Babenko, "On embeddings for numerical features in tabular deep learning", 2022.</para>
/// </remarks>
public sealed record PiecewiseLinearEncoding(int Bins) : Layer
{
    /// <summary>Name of the parameter of where bins begin, [bins, features].</summary>
    public const string Start = "start";

    /// <summary>Name of the parameter of 1 / the bins' widths, [bins, features].</summary>
    public const string Scale = "scale";

    /// <summary>More are surely not meant.</summary>
    public const int MostBins = 1024;

    /// <inheritdoc/>
    public override string Name => "piecewise-linear-encoding";

    /// <inheritdoc/>
    public override void Validate()
    {
        Guard.AtLeast(Bins, 1, nameof(Bins), Name);
        Guard.AtMost(Bins, MostBins, nameof(Bins), Name);
    }

    /// <inheritdoc/>
    public override TensorShape OutputShape(TensorShape input)
    {
        Flat.Require(input, Name);
        long outputs = (long)input.Size * (1 + Bins);
        return outputs <= int.MaxValue
            ? new TensorShape((int)outputs)
            : throw new ArgumentException(string.Create(CultureInfo.InvariantCulture, $"A {Name} layer of {Bins} bins makes {outputs:N0} numbers of {input.Size:N0} features, more than an array holds. Use fewer bins."), nameof(input));
    }

    /// <inheritdoc/>
    public override IReadOnlyList<ParameterSpec> Parameters(TensorShape input) =>
    [
        new ParameterSpec(Start, [Bins, input.Size], 1, 1, new Zeros(), Trainable: false),
        new ParameterSpec(Scale, [Bins, input.Size], 1, 1, new Constant(1), Trainable: false),
    ];

    /// <inheritdoc/>
    public override long MultiplyAdds(TensorShape input) => (long)input.Size * Bins;

    /// <inheritdoc/>
    internal override bool NeedsOutput => false;

    /// <inheritdoc/>
    public override void Forward<T>(LayerPass<T> pass) =>
        pass.Backend.EncodePiecewise(pass.Parameters[0], pass.Parameters[1], pass.Input, pass.Output, pass.Rows, pass.InputShape.Size, Bins);

    /// <inheritdoc/>
    public override void Backward<T>(LayerPass<T> pass)
    {
        if (!pass.InputGradient.IsNone)
        {
            pass.Backend.EncodePiecewiseBackward(pass.Parameters[0], pass.Parameters[1], pass.Input, pass.OutputGradient, pass.InputGradient, pass.Rows, pass.InputShape.Size, Bins);
        }
    }
}
