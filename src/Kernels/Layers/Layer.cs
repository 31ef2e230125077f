using System.Numerics;

namespace MLNet.GradientTrainers.Kernels;

/// <summary>One array of weights that a layer owns.</summary>
/// <param name="Name">Name within the layer, for example <c>weight</c>.</param>
/// <param name="Dimensions">Its dimensions, outermost first.</param>
/// <param name="FanIn">Inputs that feed one output: what initialisers scale by.</param>
/// <param name="FanOut">Outputs that one input feeds.</param>
/// <param name="Initializer">How it is filled before training.</param>
/// <param name="Trainable">False for numbers that the layer itself keeps, such as running statistics: they have no gradient and no optimizer changes them.</param>
public sealed record ParameterSpec(string Name, IReadOnlyList<int> Dimensions, int FanIn, int FanOut, Initializer Initializer, bool Trainable = true)
{
    /// <summary>True for weights whose last dimension counts units (or filters), so that each column of them feeds one: what <see cref="TrainingOptions.MaxNorm"/> is for.</summary>
    public bool ColumnsFeedUnits { get; init; }

    /// <summary>
    /// True for weights that multiply inputs: L1, L2 and weight decay shrink these. False for biases, scales and shifts, whose size says nothing of how crooked the network's function is.
    /// </summary>
    public bool IsPenalized { get; init; }

    /// <summary>True for running statistics, which the layer changes while it trains; of what shards of a batch make of them training takes the mean.</summary>
    public bool IsStatistic { get; init; }

    /// <summary>Number of elements.</summary>
    public long Size => Dimensions.Aggregate(1L, (size, d) => checked(size * d));
}

/// <summary>
/// The description of a layer: immutable, serialisable, with its shape inference and its mathematics in terms of back-end operations. It owns no
/// buffer and knows no device.
/// </summary>
public abstract record Layer : IDescription
{
    /// <summary>The name in the registry and in model files, for example <c>dense</c>.</summary>
    public abstract string Name { get; }

    /// <summary>The shape of one output sample.</summary>
    /// <param name="input">The shape of one input sample.</param>
    /// <exception cref="ArgumentException">The layer can't take this input; the message says what it takes.</exception>
    public abstract TensorShape OutputShape(TensorShape input);

    /// <summary>The weights that this layer needs for an input shape.</summary>
    public virtual IReadOnlyList<ParameterSpec> Parameters(TensorShape input) => [];

    /// <summary>Elements of scratch memory for each sample, kept from forward to backward.</summary>
    public virtual int WorkspaceSize(TensorShape input) => 0;

    /// <summary>Whether the output may lie where the input lay: the backward pass reads no input.</summary>
    internal virtual bool WorksInPlace => false;

    /// <summary>False when the backward pass reads no output, so that the next layer may write over it.</summary>
    internal virtual bool NeedsOutput => true;

    /// <summary>Layers that this one is or holds, itself included.</summary>
    internal virtual int Count => 1;

    /// <summary>How deep layers lie in it: 0 without any.</summary>
    internal virtual int Nesting => 0;

    /// <summary>Whether the layer takes sparse batches, as the first one of a network; its first parameter has a row for each input then.</summary>
    internal virtual bool TakesSparseInput => false;

    /// <summary>Rows that a batch of training must have at least: more than one for a layer that compares the rows of a batch.</summary>
    internal virtual int SmallestBatch(TensorShape input) => 1;

    /// <summary>Multiply-adds of the forward pass of one sample.</summary>
    public virtual long MultiplyAdds(TensorShape input) => 0;

    /// <inheritdoc/>
    public virtual void Validate()
    {
    }

    /// <summary>Computes <see cref="LayerPass{T}.Output"/>.</summary>
    public abstract void Forward<T>(LayerPass<T> pass)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>;

    /// <summary>Computes the parameters' gradients, unless the layer is frozen, and, where wanted, the input's.</summary>
    public abstract void Backward<T>(LayerPass<T> pass)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>;
}
