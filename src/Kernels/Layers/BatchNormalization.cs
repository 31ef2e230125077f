namespace MLNet.GradientTrainers.Kernels;

/// <summary>
/// Batch normalization: y = γ · (x − μ) / √(σ² + ε) + β for every feature of a flat sample, or every channel of an image. In training μ and σ² are the mean and
/// the biased variance over the batch (and the pixels); otherwise the running ones: running ← (1 − momentum) · running + momentum · batch, where
/// the batch's variance is unbiased. Momentum and ε are as in PyTorch.
/// </summary>
/// <remarks>
/// The running statistics are parameters that no optimizer changes; they are saved with the weights. Training needs more than
/// one number a channel: a batch of one flat sample, or of one image of a single pixel, has no variance, so that all its outputs would be β and nothing before them would learn.
/// It is refused, and left out where it is the last one of an epoch (<see cref="NetworkDefinition.SmallestBatch"/>).
/// S. Ioffe, C. Szegedy, "Batch normalization: accelerating deep network training by reducing internal covariate shift", 2015.
/// </remarks>
/// <param name="Momentum">Weight of the newest batch in the running statistics, in (0, 1].</param>
/// <param name="Epsilon">ε, above 0.</param>
public sealed record BatchNormalization(double Momentum = 0.1, double Epsilon = 1e-5) : Layer
{
    /// <inheritdoc/>
    public override string Name => "batch-normalization";

    /// <inheritdoc/>
    public override void Validate()
    {
        Guard.Positive(Momentum, nameof(Momentum), Name);
        Guard.AtMost(Momentum, 1, nameof(Momentum), Name);
        Guard.Positive(Epsilon, nameof(Epsilon), Name);
    }

    /// <inheritdoc/>
    public override TensorShape OutputShape(TensorShape input)
    {
        ArgumentNullException.ThrowIfNull(input);
        return input.Rank is 1 or 3
            ? input
            : throw new ArgumentException($"A {Name} layer takes flat samples or images [channels, height, width], but its input has the shape {input}. Flatten it first.", nameof(input));
    }

    /// <inheritdoc/>
    public override IReadOnlyList<ParameterSpec> Parameters(TensorShape input)
    {
        int columns = input[0];
        return
        [
            new ParameterSpec("scale", [columns], 1, 1, new Constant(1)),
            new ParameterSpec("shift", [columns], 1, 1, new Zeros()),
            new ParameterSpec("runningMean", [columns], 1, 1, new Zeros(), Trainable: false) { IsStatistic = true },
            new ParameterSpec("runningVariance", [columns], 1, 1, new Constant(1), Trainable: false) { IsStatistic = true },
        ];
    }

    /// <summary>The batch's mean and variance.</summary>
    public override int WorkspaceSize(TensorShape input) => checked(2 * input[0]);

    /// <inheritdoc/>
    public override long MultiplyAdds(TensorShape input) => input.Size;

    /// <inheritdoc/>
    internal override bool NeedsOutput => false;

    /// <summary>One number a channel is its own mean.</summary>
    internal override int SmallestBatch(TensorShape input) => input.Size == input[0] ? 2 : 1;

    /// <inheritdoc/>
    public override void Forward<T>(LayerPass<T> pass)
    {
        if (pass.Rows == 0)
        {
            return;
        }

        IBackend<T> backend = pass.Backend;
        int columns = pass.InputShape[0];
        int count = pass.Input.Length / columns;
        NormalizationPass<T> normalization = Normalization(pass);
        if (pass.Training)
        {
            if (count == 1)
            {
                throw new ArgumentException($"A {Name} layer can't train on one number a channel, which is its own mean: give it batches of at least {SmallestBatch(pass.InputShape)} rows.", nameof(pass));
            }

            backend.ColumnMoments(pass.Input, normalization.Mean, normalization.Variance, count, columns);
            double unbiased = (double)count / (count - 1);
            T keep = T.CreateTruncating(1 - Momentum);
            backend.Blend(T.CreateTruncating(Momentum), normalization.Mean, keep, pass.Parameters[2]);
            backend.Blend(T.CreateTruncating(Momentum * unbiased), normalization.Variance, keep, pass.Parameters[3]);
        }

        backend.NormalizeColumns(normalization, pass.Input, pass.Output, count, columns);
    }

    /// <inheritdoc/>
    public override void Backward<T>(LayerPass<T> pass)
    {
        int columns = pass.InputShape[0];
        bool frozen = pass.ParameterGradients[0].IsNone;
        if (pass.Rows == 0)
        {
            if (!frozen)
            {
                pass.Backend.Fill(pass.ParameterGradients[0], T.Zero);
                pass.Backend.Fill(pass.ParameterGradients[1], T.Zero);
            }

            return;
        }

        // A frozen layer has no moments of its own: their place takes the sums that nobody wants.
        Tensor<T> scale = frozen ? pass.Workspace.Slice(0, columns) : pass.ParameterGradients[0];
        Tensor<T> shift = frozen ? pass.Workspace.Slice(columns, columns) : pass.ParameterGradients[1];
        pass.Backend.NormalizeColumnsBackward(
            Normalization(pass),
            pass.Input,
            pass.OutputGradient,
            pass.InputGradient,
            scale,
            shift,
            pass.Training,
            pass.Input.Length / columns,
            columns);
    }

    /// <summary>The batch's moments lie in the workspace while training, the running ones in the parameters.</summary>
    private NormalizationPass<T> Normalization<T>(LayerPass<T> pass)
        where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>
    {
        int columns = pass.InputShape[0];
        return new NormalizationPass<T>(
            pass.Training ? pass.Workspace.Slice(0, columns) : pass.Parameters[2],
            pass.Training ? pass.Workspace.Slice(columns, columns) : pass.Parameters[3],
            pass.Parameters[0],
            pass.Parameters[1],
            Epsilon);
    }
}
