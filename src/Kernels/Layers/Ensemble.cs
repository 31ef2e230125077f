using System.Numerics;

namespace MLNet.GradientTrainers.Kernels;

/// <summary>The mean of several networks of the same layers, each with weights of its own: y = (f₁(x) + … + fₖ(x)) / k.</summary>
/// <remarks>L. Breiman, "Bagging predictors", 1996; B. Lakshminarayanan, A. Pritzel, C. Blundell, "Simple and scalable predictive uncertainty estimation using deep ensembles", 2017.</remarks>
public sealed record Ensemble : Layer
{
    /// <summary>Members beyond it are surely not meant.</summary>
    private const int MostMembers = 1024;

    /// <summary>Creates the description.</summary>
    /// <param name="layers">The layers of one member: one or more, first to last.</param>
    /// <param name="members">k, at least 1.</param>
    public Ensemble(IReadOnlyList<Layer> layers, int members)
    {
        Layers = [.. layers ?? []];
        Members = members;
    }

    /// <inheritdoc/>
    public override string Name => "ensemble";

    /// <summary>The layers of one member.</summary>
    public IReadOnlyList<Layer> Layers { get; init; }

    /// <summary>How many members there are.</summary>
    public int Members { get; init; }

    /// <summary>The name of a member's parameter, for example <c>member0.2.weight</c> for the weights of the third layer.</summary>
    /// <param name="member">The member, from 0.</param>
    /// <param name="layer">Its layer, from 0.</param>
    /// <param name="parameter">The layer's parameter.</param>
    public static string ParameterName(int member, int layer, string parameter) => $"{Setting(member)}.{layer}.{parameter}";

    /// <inheritdoc/>
    public override void Validate()
    {
        Guard.AtLeast(Members, 1, nameof(Members), Name);
        Guard.AtMost(Members, MostMembers, nameof(Members), Name);
        if (Layers.Count == 0)
        {
            throw new ArgumentException($"An {Name} layer needs at least one layer inside.");
        }

        LayerChain.CheckNesting(this);
        LayerChain.Validate(Layers, "layers", Name);
    }

    /// <inheritdoc/>
    public override TensorShape OutputShape(TensorShape input)
    {
        ArgumentNullException.ThrowIfNull(input);
        return LayerChain.Shapes(Layers, input, "layers")[^1];
    }

    /// <summary>Those of the members' layers, see <see cref="ParameterName"/>.</summary>
    public override IReadOnlyList<ParameterSpec> Parameters(TensorShape input) =>
        [.. Enumerable.Range(0, Members).SelectMany(member => LayerChain.Parameters(Layers, input, Setting(member)))];

    /// <summary>What each member keeps, and two gradients.</summary>
    public override int WorkspaceSize(TensorShape input) =>
        checked((Members * LayerChain.WorkspaceSize(Layers, input, "layers")) + (3 * GradientSize(input)));

    /// <inheritdoc/>
    public override long MultiplyAdds(TensorShape input) => checked(Members * LayerChain.MultiplyAdds(Layers, input, "layers"));

    /// <inheritdoc/>
    internal override bool NeedsOutput => false;

    /// <inheritdoc/>
    internal override int SmallestBatch(TensorShape input) => LayerChain.SmallestBatch(Layers, input, "layers");

    /// <inheritdoc/>
    internal override int Count => (int)Math.Min(NetworkDefinition.MaxLayers + 1L, 1 + ((long)Members * Layers.Sum(layer => layer?.Count ?? 1)));

    /// <inheritdoc/>
    internal override int Nesting => 1 + Layers.Select(layer => layer?.Nesting ?? 0).DefaultIfEmpty().Max();

    /// <inheritdoc/>
    public override void Forward<T>(LayerPass<T> pass)
    {
        IBackend<T> backend = pass.Backend;
        LayerChain<T>[] members = Inner(pass).Members;
        Tensor<T> memory = pass.Workspace;
        T share = T.CreateTruncating(1.0 / members.Length);
        backend.Fill(pass.Output, T.Zero);
        for (int i = 0; i < members.Length; i++)
        {
            backend.AddScaled(share, members[i].Forward(pass, (ulong)i, ref memory), pass.Output);
        }
    }

    /// <inheritdoc/>
    public override void Backward<T>(LayerPass<T> pass)
    {
        IBackend<T> backend = pass.Backend;
        var (members, gradientSize) = Inner(pass);
        int size = pass.Rows * gradientSize;
        Tensor<T> even = pass.Workspace.Slice(pass.Workspace.Length - size, size);
        Tensor<T> odd = pass.Workspace.Slice(pass.Workspace.Length - (2 * size), size);
        Tensor<T> input = pass.InputGradient.IsNone ? default : pass.Workspace.Slice(pass.Workspace.Length - (3 * size), pass.InputGradient.Length);
        T share = T.CreateTruncating(1.0 / members.Length);
        if (!input.IsNone)
        {
            backend.Fill(pass.InputGradient, T.Zero);
        }

        foreach (LayerChain<T> member in members)
        {
            // A layer may overwrite its output's gradient, which every member needs.
            Tensor<T> own = (Layers.Count % 2 == 0 ? even : odd).Slice(0, pass.OutputGradient.Length);
            backend.Fill(own, T.Zero);
            backend.AddScaled(share, pass.OutputGradient, own);
            member.Backward(pass.Rows, own, input, even, odd);
            if (!input.IsNone)
            {
                backend.AddScaled(T.One, input, pass.InputGradient);
            }
        }
    }

    /// <inheritdoc/>
    public bool Equals(Ensemble? other) => other is not null && Members == other.Members && Layers.SequenceEqual(other.Layers);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        HashCode hash = default;
        hash.Add(Members);
        foreach (Layer layer in Layers)
        {
            hash.Add(layer);
        }

        return hash.ToHashCode();
    }

    internal static string Setting(int member) => $"member{member}";

    private int GradientSize(TensorShape input) => LayerChain.Shapes(Layers, input, "layers").Max(shape => shape.Size);

    private Chains<T> Inner<T>(LayerPass<T> pass)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (pass.Inner is not Chains<T> chains)
        {
            int parameter = 0;
            var members = new LayerChain<T>[Members];
            for (int i = 0; i < members.Length; i++)
            {
                members[i] = new LayerChain<T>(Layers, pass, pass.InputShape, Setting(i), ref parameter);
            }

            chains = new Chains<T>(members, GradientSize(pass.InputShape));
            pass.Inner = chains;
        }

        return chains;
    }

    private sealed record Chains<T>(LayerChain<T>[] Members, int GradientSize)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>;
}
