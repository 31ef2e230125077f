using System.Numerics;

namespace MLNet.GradientTrainers.Kernels;

/// <summary>
/// A block with a skip connection: y = act(F(x) + P(x)). F is the block's layers one after another; P is the identity, or a projection of its own layers where F changes the
/// shape, usually a 1×1 convolution with F's stride.
/// </summary>
/// <remarks>K. He, X. Zhang, S. Ren, J. Sun, "Deep residual learning for image recognition", 2016.</remarks>
public sealed record Residual : Layer
{
    internal const string Main = "layers";
    internal const string Skip = "projection";

    /// <summary>Creates the description.</summary>
    /// <param name="layers">F: one or more layers, first to last.</param>
    /// <param name="projection">P: none (the identity) when F keeps the shape, else layers that give F's output shape.</param>
    /// <param name="activation">act; <see cref="Identity"/> when null.</param>
    public Residual(IReadOnlyList<Layer> layers, IReadOnlyList<Layer>? projection = null, Activation? activation = null)
    {
        Layers = [.. layers ?? []];
        Projection = [.. projection ?? []];
        Activation = activation ?? new Identity();
    }

    /// <inheritdoc/>
    public override string Name => "residual";

    /// <summary>F.</summary>
    public IReadOnlyList<Layer> Layers { get; init; }

    /// <summary>P; empty for the identity.</summary>
    public IReadOnlyList<Layer> Projection { get; init; }

    /// <summary>act, applied to the sum.</summary>
    public Activation Activation { get; init; }

    /// <inheritdoc/>
    public override void Validate()
    {
        if (Layers.Count == 0)
        {
            throw new ArgumentException($"A {Name} layer needs at least one layer inside.");
        }

        LayerChain.CheckNesting(this);
        LayerChain.Validate(Layers, Main, Name);
        LayerChain.Validate(Projection, Skip, Name);
        Activation.Validate();
    }

    /// <inheritdoc/>
    public override TensorShape OutputShape(TensorShape input)
    {
        ArgumentNullException.ThrowIfNull(input);
        TensorShape output = LayerChain.Shapes(Layers, input, Main)[^1];
        TensorShape skip = LayerChain.Shapes(Projection, input, Skip)[^1];
        if (!output.Equals(skip))
        {
            string mend = Projection.Count > 0
                ? "Let the projection's last layer give the same shape."
                : output.Rank == 3 && input.Rank == 3
                    ? $"Give a projection such as Convolution2D({output[0]}, 1) with the stride that takes {input[1]}×{input[2]} to {output[1]}×{output[2]}."
                    : $"Give a projection that ends in the shape {output}.";
            throw new ArgumentException($"The {Name} layer's block gives {output}, but its skip connection gives {skip}, so they can't be added. {mend}", nameof(input));
        }

        return output;
    }

    /// <summary>Those of the inner layers, named for example <c>layers.0.weight</c> and <c>projection.0.weight</c>.</summary>
    public override IReadOnlyList<ParameterSpec> Parameters(TensorShape input) =>
        [.. LayerChain.Parameters(Layers, input, Main), .. LayerChain.Parameters(Projection, input, Skip)];

    /// <summary>Outputs and workspaces of the inner layers, the sum when the activation's derivative needs it, and two gradients.</summary>
    public override int WorkspaceSize(TensorShape input) => checked(
        LayerChain.WorkspaceSize(Layers, input, Main) + LayerChain.WorkspaceSize(Projection, input, Skip) + SumSize(OutputShape(input)) + (2 * GradientSize(input)));

    /// <inheritdoc/>
    public override long MultiplyAdds(TensorShape input) =>
        LayerChain.MultiplyAdds(Layers, input, Main) + LayerChain.MultiplyAdds(Projection, input, Skip);

    /// <inheritdoc/>
    internal override int SmallestBatch(TensorShape input) =>
        Math.Max(LayerChain.SmallestBatch(Layers, input, Main), LayerChain.SmallestBatch(Projection, input, Skip));

    /// <inheritdoc/>
    internal override int Count => 1 + Inside.Sum(layer => layer?.Count ?? 1);

    /// <inheritdoc/>
    internal override int Nesting => 1 + Inside.Select(layer => layer?.Nesting ?? 0).DefaultIfEmpty().Max();

    private IEnumerable<Layer?> Inside => Layers.Concat(Projection);

    /// <inheritdoc/>
    public override void Forward<T>(LayerPass<T> pass)
    {
        IBackend<T> backend = pass.Backend;
        Chains<T> chains = Inner(pass);
        Tensor<T> memory = pass.Workspace;
        Tensor<T> sum = Activation.NeedsInput ? pass.Workspace.Slice(pass.Workspace.Length - pass.Output.Length, pass.Output.Length) : pass.Output;
        Tensor<T> block = chains.Main.Forward(pass, 0, ref memory);
        Tensor<T> skip = chains.Skip.Forward(pass, 1, ref memory);
        backend.Copy(block, sum);
        backend.AddScaled(T.One, skip, sum);
        if (Activation is not Identity)
        {
            Activation.Forward(backend, sum, pass.Output);
        }
    }

    /// <inheritdoc/>
    public override void Backward<T>(LayerPass<T> pass)
    {
        IBackend<T> backend = pass.Backend;
        Chains<T> chains = Inner(pass);
        Tensor<T> gradient = pass.OutputGradient;
        int end = pass.Workspace.Length - (pass.Rows * SumSize(pass.OutputShape));
        int size = pass.Rows * chains.GradientSize;
        Tensor<T> even = pass.Workspace.Slice(end - size, size);
        Tensor<T> odd = pass.Workspace.Slice(end - (2 * size), size);
        if (Activation is not Identity)
        {
            Tensor<T> sum = Activation.NeedsInput ? pass.Workspace.Slice(end, pass.Output.Length) : pass.Output;
            Activation.Backward(backend, sum, pass.Output, gradient, gradient);
        }

        // A layer may overwrite its output's gradient, and both ways need it.
        Tensor<T> own = (Layers.Count % 2 == 0 ? even : odd).Slice(0, gradient.Length);
        backend.Copy(gradient, own);
        chains.Main.Backward(pass.Rows, own, pass.InputGradient, even, odd);
        Tensor<T> projected = gradient;
        if (Projection.Count > 0)
        {
            projected = pass.InputGradient.IsNone ? default : even.Slice(0, pass.InputGradient.Length);
            chains.Skip.Backward(pass.Rows, gradient, projected, even, odd);
        }

        if (!pass.InputGradient.IsNone)
        {
            backend.AddScaled(T.One, projected, pass.InputGradient);
        }
    }

    /// <inheritdoc/>
    public bool Equals(Residual? other) =>
        other is not null && Activation.Equals(other.Activation) && Layers.SequenceEqual(other.Layers) && Projection.SequenceEqual(other.Projection);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        HashCode hash = default;
        hash.Add(Activation);
        foreach (Layer? layer in Inside)
        {
            hash.Add(layer);
        }

        return hash.ToHashCode();
    }

    private int SumSize(TensorShape output) => Activation.NeedsInput ? output.Size : 0;

    private int GradientSize(TensorShape input) =>
        LayerChain.Shapes(Layers, input, Main).Concat(LayerChain.Shapes(Projection, input, Skip)).Max(shape => shape.Size);

    private Chains<T> Inner<T>(LayerPass<T> pass)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (pass.Inner is not Chains<T> chains)
        {
            int parameter = 0;
            chains = new Chains<T>(
                new LayerChain<T>(Layers, pass, pass.InputShape, Main, ref parameter),
                new LayerChain<T>(Projection, pass, pass.InputShape, Skip, ref parameter),
                GradientSize(pass.InputShape));
            pass.Inner = chains;
        }

        return chains;
    }

    private sealed record Chains<T>(LayerChain<T> Main, LayerChain<T> Skip, int GradientSize)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>;
}
