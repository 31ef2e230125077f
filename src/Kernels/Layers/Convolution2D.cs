namespace MLNet.GradientTrainers.Kernels;

/// <summary>
/// A two-dimensional convolution: y[f, i, j] = act(b[f] + Σ W[u, v, c, f] · x[c, i · stride + u · dilation − padding, j · stride + v · dilation − padding]) over
/// the kernel's rows u, columns v and the channels c of the filter's group; outside the image x is 0.
/// [channels, height, width] becomes [filters, ⌊(height + 2 · padding − dilation · (kernel − 1) − 1) / stride⌋ + 1, the same of the width].
/// </summary>
/// <remarks>
/// A cross-correlation, as in every framework. The weights lie as [kernel height, kernel width, channels / groups, filters] (PyTorch: [filters, channels / groups, height, width]).
/// With groups, filter f sees the channels of group f / (filters / groups) only; groups = channels is a depthwise convolution.
/// Y. LeCun et al., "Gradient-based learning applied to document recognition", 1998.
/// </remarks>
public sealed record Convolution2D : Layer
{
    /// <summary>Creates the description. A size may be one number for height and width.</summary>
    /// <param name="filters">Channels of the output, at least 1; a multiple of <paramref name="groups"/>.</param>
    /// <param name="kernel">Height and width of a filter, at least 1.</param>
    /// <param name="stride">Rows and columns from one output to the next, at least 1; the default (0) stands for 1.</param>
    /// <param name="padding">Rows and columns of zeros on each side, at least 0. (kernel − 1) / 2 keeps the image's size for an odd kernel at stride 1.</param>
    /// <param name="dilation">Rows and columns from one tap of a filter to the next, at least 1; the default (0) stands for 1.</param>
    /// <param name="groups">At least 1; divides the input's channels.</param>
    /// <param name="activation">act; <see cref="Identity"/> when null.</param>
    /// <param name="useBias">False leaves b out, for example when batch normalization follows.</param>
    /// <param name="weightInitializer">How W starts; <see cref="HeUniform"/> when null.</param>
    /// <param name="biasInitializer">How b starts; <see cref="Zeros"/> when null.</param>
    public Convolution2D(
        int filters,
        Size2D kernel,
        Size2D stride = default,
        Size2D padding = default,
        Size2D dilation = default,
        int groups = 1,
        Activation? activation = null,
        bool useBias = true,
        Initializer? weightInitializer = null,
        Initializer? biasInitializer = null)
    {
        Filters = filters;
        Kernel = kernel;
        Stride = stride == default ? 1 : stride;
        Padding = padding;
        Dilation = dilation == default ? 1 : dilation;
        Groups = groups;
        Activation = activation ?? new Identity();
        UseBias = useBias;
        WeightInitializer = weightInitializer ?? new HeUniform();
        BiasInitializer = biasInitializer ?? new Zeros();
    }

    /// <inheritdoc/>
    public override string Name => "convolution-2d";

    /// <summary>Channels of the output.</summary>
    public int Filters { get; init; }

    /// <summary>Height and width of a filter.</summary>
    public Size2D Kernel { get; init; }

    /// <summary>Rows and columns from one output to the next.</summary>
    public Size2D Stride { get; init; }

    /// <summary>Rows and columns of zeros on each side.</summary>
    public Size2D Padding { get; init; }

    /// <summary>Rows and columns from one tap to the next.</summary>
    public Size2D Dilation { get; init; }

    /// <summary>Groups of channels and filters that do not see each other.</summary>
    public int Groups { get; init; }

    /// <summary>act, applied to every output.</summary>
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
        Guard.AtLeast(Filters, 1, nameof(Filters), Name);
        Images.AtLeast(Kernel, 1, nameof(Kernel), Name);
        Images.AtLeast(Stride, 1, nameof(Stride), Name);
        Images.AtLeast(Padding, 0, nameof(Padding), Name);
        Images.AtLeast(Dilation, 1, nameof(Dilation), Name);
        Guard.AtLeast(Groups, 1, nameof(Groups), Name);
        if (Filters % Groups != 0)
        {
            throw new ArgumentOutOfRangeException(nameof(Filters), Filters, $"{nameof(Filters)} of {Name} is {Filters}, but with {Groups} groups it must be a multiple of {Groups}.");
        }

        Activation.Validate();
        WeightInitializer.Validate();
        BiasInitializer.Validate();
    }

    /// <inheritdoc/>
    public override TensorShape OutputShape(TensorShape input)
    {
        Images.Require(input, Name);
        if (input[0] % Groups != 0)
        {
            throw new ArgumentException(
                $"The {Name} layer has {Groups} groups, which do not divide the {input[0]} channels of its input {input}. Choose groups that divide them: 1, or {input[0]} for a depthwise convolution.", nameof(input));
        }

        ConvolutionShape shape = Shape(input);
        return Images.Output(input, Filters, shape.OutputHeight, shape.OutputWidth, Kernel, Padding, Dilation, Name);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<ParameterSpec> Parameters(TensorShape input)
    {
        int channels = input[0] / Groups;
        int taps = checked(Kernel.Height * Kernel.Width);
        int fanIn = checked(taps * channels);
        int fanOut = checked(taps * (Filters / Groups));
        ParameterSpec weight = new("weight", [Kernel.Height, Kernel.Width, channels, Filters], fanIn, fanOut, WeightInitializer) { ColumnsFeedUnits = true, IsPenalized = true };
        return UseBias ? [weight, new ParameterSpec("bias", [Filters], fanIn, fanOut, BiasInitializer)] : [weight];
    }

    /// <summary>The pre-activation, when the activation's derivative needs it.</summary>
    public override int WorkspaceSize(TensorShape input) => Activation.NeedsInput ? OutputShape(input).Size : 0;

    /// <inheritdoc/>
    public override long MultiplyAdds(TensorShape input) => (long)Kernel.Height * Kernel.Width * (input[0] / Groups) * OutputShape(input).Size;

    /// <inheritdoc/>
    internal override bool NeedsOutput => Activation is not Identity;

    /// <inheritdoc/>
    public override void Forward<T>(LayerPass<T> pass)
    {
        ConvolutionShape shape = Shape(pass.InputShape);
        Tensor<T> bias = UseBias ? pass.Parameters[1] : default;
        if (Activation.NeedsInput)
        {
            pass.Backend.Convolution(default(IdentityRule), shape, pass.Input, pass.Parameters[0], bias, pass.Workspace, pass.Rows);
            Activation.Forward(pass.Backend, pass.Workspace, pass.Output);
        }
        else
        {
            Activation.Convolution(pass.Backend, shape, pass.Input, pass.Parameters[0], bias, pass.Output, pass.Rows);
        }
    }

    /// <inheritdoc/>
    public override void Backward<T>(LayerPass<T> pass)
    {
        IBackend<T> backend = pass.Backend;
        ConvolutionShape shape = Shape(pass.InputShape);
        Tensor<T> gradient = pass.OutputGradient;
        if (Activation is not Identity)
        {
            Activation.Backward(backend, Activation.NeedsInput ? pass.Workspace : pass.Output, pass.Output, gradient, gradient);
        }

        if (!pass.ParameterGradients[0].IsNone)
        {
            backend.ConvolutionWeightGradient(shape, pass.Input, gradient, pass.ParameterGradients[0], pass.Rows);
            if (UseBias)
            {
                backend.SumRows(gradient, pass.ParameterGradients[1], gradient.Length / Filters, Filters);
            }
        }

        if (!pass.InputGradient.IsNone)
        {
            backend.ConvolutionInputGradient(shape, gradient, pass.Parameters[0], pass.InputGradient, pass.Rows);
        }
    }

    private ConvolutionShape Shape(TensorShape input) => new(input[0], input[1], input[2], Filters, Kernel, Stride, Padding, Dilation, Groups);
}
