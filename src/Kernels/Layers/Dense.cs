using System.Runtime.CompilerServices;

namespace MLNet.GradientTrainers.Kernels;

/// <summary>
/// A fully connected layer: y = f(x · W + b) with x [rows, inputs], W [inputs, units], b [units], y [rows, units].
/// Its input must be flat, of shape [inputs].
/// </summary>
public sealed record Dense : Layer
{
    private static readonly Identity s_identity = new();

    /// <summary>Creates the description.</summary>
    /// <param name="units">Outputs, at least 1.</param>
    /// <param name="activation">f; <see cref="Identity"/> when null.</param>
    /// <param name="useBias">False leaves b out.</param>
    /// <param name="weightInitializer">How W starts; <see cref="GlorotUniform"/> when null.</param>
    /// <param name="biasInitializer">How b starts; <see cref="Zeros"/> when null.</param>
    public Dense(int units, Activation? activation = null, bool useBias = true, Initializer? weightInitializer = null, Initializer? biasInitializer = null)
    {
        Units = units;
        Activation = activation ?? new Identity();
        UseBias = useBias;
        WeightInitializer = weightInitializer ?? new GlorotUniform();
        BiasInitializer = biasInitializer ?? new Zeros();
    }

    /// <inheritdoc/>
    public override string Name => "dense";

    /// <summary>Outputs, at least 1.</summary>
    public int Units { get; init; }

    /// <summary>f, applied to every output.</summary>
    public Activation Activation { get; init; }

    /// <summary>Whether b is added.</summary>
    public bool UseBias { get; init; }

    /// <summary>How W starts.</summary>
    public Initializer WeightInitializer { get; init; }

    /// <summary>How b starts.</summary>
    public Initializer BiasInitializer { get; init; }

    /// <inheritdoc/>
    public override void Validate()
    {
        Guard.AtLeast(Units, 1, nameof(Units), Name);
        Activation.Validate();
        WeightInitializer.Validate();
        BiasInitializer.Validate();
    }

    /// <inheritdoc/>
    public override TensorShape OutputShape(TensorShape input)
    {
        Flat.Require(input, Name);
        return new TensorShape(Units);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<ParameterSpec> Parameters(TensorShape input)
    {
        ParameterSpec weight = new("weight", [input.Size, Units], input.Size, Units, WeightInitializer) { ColumnsFeedUnits = true, IsPenalized = true };
        return UseBias ? [weight, new ParameterSpec("bias", [Units], input.Size, Units, BiasInitializer)] : [weight];
    }

    /// <summary>The pre-activation, when the activation's derivative needs it.</summary>
    public override int WorkspaceSize(TensorShape input) => Activation.NeedsInput ? Units : 0;

    /// <inheritdoc/>
    public override long MultiplyAdds(TensorShape input) => (long)input.Size * Units;

    /// <inheritdoc/>
    internal override bool NeedsOutput => Activation is not Identity;

    /// <inheritdoc/>
    internal override bool TakesSparseInput => true;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Forward<T>(LayerPass<T> pass)
    {
        if (Activation.NeedsInput)
        {
            Affine(s_identity, pass, pass.Workspace);
            Activation.Forward(pass.Backend, pass.Workspace, pass.Output);
        }
        else
        {
            Affine(Activation, pass, pass.Output);
        }
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Backward<T>(LayerPass<T> pass)
    {
        IBackend<T> backend = pass.Backend;
        int inputs = pass.InputShape.Size;
        Tensor<T> gradient = pass.OutputGradient;
        if (Activation is not Identity)
        {
            Activation.Backward(backend, Activation.NeedsInput ? pass.Workspace : pass.Output, pass.Output, gradient, gradient);
        }

        bool frozen = pass.ParameterGradients[0].IsNone;
        if (frozen)
        {
            // Only what is below it learns.
        }
        else if (pass.SparseInput is not null)
        {
            backend.SparseWeightGradient(pass.SparseInput, gradient, pass.ParameterGradients[0], Units);
        }
        else
        {
            backend.MatMul(pass.Input, true, gradient, false, pass.ParameterGradients[0], inputs, Units, pass.Rows);
        }

        if (UseBias && !frozen)
        {
            backend.SumRows(gradient, pass.ParameterGradients[1], pass.Rows, Units);
        }

        if (!pass.InputGradient.IsNone)
        {
            backend.MatMul(gradient, false, pass.Parameters[0], true, pass.InputGradient, pass.Rows, inputs, Units);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Affine<T>(Activation activation, LayerPass<T> pass, Tensor<T> output)
        where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>
    {
        Tensor<T> bias = UseBias ? pass.Parameters[1] : default;
        if (pass.SparseInput is not null)
        {
            activation.SparseAffine(pass.Backend, pass.SparseInput, pass.Parameters[0], bias, output, Units);
        }
        else
        {
            activation.Affine(pass.Backend, pass.Input, pass.Parameters[0], bias, output, pass.Rows, pass.InputShape.Size, Units);
        }
    }
}
