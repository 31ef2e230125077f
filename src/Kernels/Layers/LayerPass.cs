using System.Numerics;

namespace MLNet.GradientTrainers.Kernels;

/// <summary>What a layer works on in one forward or backward pass. Batches are rows × shape.Size.</summary>
/// <typeparam name="T">Element type.</typeparam>
public sealed class LayerPass<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Where the tensors live and which operations exist.</summary>
    public required IBackend<T> Backend { get; init; }

    /// <summary>Shape of one input sample.</summary>
    public required TensorShape InputShape { get; init; }

    /// <summary>Shape of one output sample.</summary>
    public required TensorShape OutputShape { get; init; }

    /// <summary>Samples in the batch.</summary>
    public int Rows { get; set; }

    /// <summary>True while the layer is trained: dropout drops, batch statistics are taken. False in a frozen layer.</summary>
    public bool Training { get; set; }

    /// <summary>Key of the layer's random numbers in this pass; the backward pass sees the same one.</summary>
    public ulong RandomKey { get; set; }

    /// <summary>Rows × input size. Not to be changed.</summary>
    public Tensor<T> Input { get; set; }

    /// <summary>The input in place of <see cref="Input"/> where the batch is sparse, which only a network's first layer meets, and only one that takes it; else null.</summary>
    public SparseBatch<T>? SparseInput { get; set; }

    /// <summary>Rows × output size: written forward, read backward.</summary>
    public Tensor<T> Output { get; set; }

    /// <summary>∂loss/∂output: the backward pass may overwrite it.</summary>
    public Tensor<T> OutputGradient { get; set; }

    /// <summary>Receives ∂loss/∂input; none when nobody needs it (the first layer).</summary>
    public Tensor<T> InputGradient { get; set; }

    /// <summary>Scratch memory of rows × <see cref="Layer.WorkspaceSize"/>, kept from forward to backward.</summary>
    public Tensor<T> Workspace { get; set; }

    /// <summary>The layer's parameters, as in <see cref="Layer.Parameters"/>.</summary>
    public Tensor<T>[] Parameters { get; set; } = [];

    /// <summary>Receives ∂loss/∂parameter (overwritten, not accumulated); none for a parameter that is not trainable, and for all of a frozen layer.</summary>
    public Tensor<T>[] ParameterGradients { get; set; } = [];

    /// <summary>What a layer made of layers keeps from pass to pass, so that passes allocate nothing.</summary>
    internal object? Inner { get; set; }
}
