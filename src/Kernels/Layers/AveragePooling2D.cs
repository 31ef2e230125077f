namespace MLNet.GradientTrainers.Kernels;

/// <summary>
/// The mean of each window of each channel. [channels, height, width] becomes [channels, ⌊(height + 2 · padding − kernel) / stride⌋ + 1, the same of the width].
/// </summary>
public sealed record AveragePooling2D : Layer
{
    /// <summary>Creates the description. A size may be one number for height and width.</summary>
    /// <param name="kernel">Height and width of a window, at least 1.</param>
    /// <param name="stride">Rows and columns from one window to the next, at least 1; the default (0) stands for the kernel: windows side by side.</param>
    /// <param name="padding">Rows and columns on each side that windows may reach into, at least 0 and below the kernel.</param>
    /// <param name="countPadding">True (as in PyTorch) divides by the whole window, padding included; false by the elements in the image.</param>
    public AveragePooling2D(Size2D kernel, Size2D stride = default, Size2D padding = default, bool countPadding = true)
    {
        Kernel = kernel;
        Stride = stride == default ? kernel : stride;
        Padding = padding;
        CountPadding = countPadding;
    }

    /// <inheritdoc/>
    public override string Name => "average-pooling-2d";

    /// <summary>Height and width of a window.</summary>
    public Size2D Kernel { get; init; }

    /// <summary>Rows and columns from one window to the next.</summary>
    public Size2D Stride { get; init; }

    /// <summary>Rows and columns on each side that windows may reach into.</summary>
    public Size2D Padding { get; init; }

    /// <summary>Whether the padding counts in the mean, as zeros.</summary>
    public bool CountPadding { get; init; }

    /// <inheritdoc/>
    public override void Validate() => Windows.Validate(Kernel, Stride, Padding, Name);

    /// <inheritdoc/>
    public override TensorShape OutputShape(TensorShape input) => Windows.Output(input, Kernel, Stride, Padding, Name);

    /// <inheritdoc/>
    internal override bool NeedsOutput => false;

    /// <inheritdoc/>
    public override void Forward<T>(LayerPass<T> pass) => pass.Backend.AveragePool(Shape(pass.InputShape), pass.Input, pass.Output, pass.Rows);

    /// <inheritdoc/>
    public override void Backward<T>(LayerPass<T> pass)
    {
        if (!pass.InputGradient.IsNone)
        {
            pass.Backend.AveragePoolBackward(Shape(pass.InputShape), pass.OutputGradient, pass.InputGradient, pass.Rows);
        }
    }

    private PoolingShape Shape(TensorShape input) => new(input[0], input[1], input[2], Kernel, Stride, Padding, CountPadding);
}
