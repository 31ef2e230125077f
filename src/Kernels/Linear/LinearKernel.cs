namespace MLNet.GradientTrainers.Kernels;

/// <summary>
/// The loops over rows of a linear model, compiled for one kind of rows and one loss. Parameters are the weights and, behind them, the bias.
/// Not for several threads.
/// </summary>
internal abstract class LinearKernel
{
    /// <summary>Makes the kernel for some data and a loss of single outputs.</summary>
    /// <exception cref="NotSupportedException">The loss takes the outputs of a row together.</exception>
    public static LinearKernel Create(LinearData data, Loss loss) => loss.Accept(new Factory(data));

    /// <summary>Makes the kernel for some data and a rule.</summary>
    public static LinearKernel Create<TRule>(LinearData data, TRule rule)
        where TRule : struct, ILossRule => new Factory(data).Visit(rule);

    /// <summary>Losses of some rows.</summary>
    public abstract LinearSums Measure(ReadOnlySpan<int> rows, ReadOnlySpan<double> parameters);

    /// <summary>Losses of some rows, and the gradient of their weighted sum.</summary>
    public abstract LinearSums Gradient(ReadOnlySpan<int> rows, ReadOnlySpan<double> parameters, Span<double> gradient);

    /// <summary>Whether <see cref="Descend"/> can shrink the weights too.</summary>
    public abstract bool DescendsWithPenalties { get; }

    /// <summary>
    /// Plain stochastic descent: for each row, parameters −= rate · (factor · weight · gradient + penalties). Ends before a row whose loss is not finite; gives the
    /// number of rows done. Adds their losses, each before its update.
    /// </summary>
    /// <param name="rows">The rows, in their order; at least one.</param>
    /// <param name="ahead">The rows that come next, for the memory.</param>
    /// <param name="rates">The learning rate of each row.</param>
    /// <param name="factor">Factor of the gradients.</param>
    /// <param name="penalties">What shrinks the weights; none unless <see cref="DescendsWithPenalties"/>.</param>
    /// <param name="fitIntercept">False to leave the bias.</param>
    /// <param name="parameters">Updated in place.</param>
    /// <param name="sums">Receives the losses.</param>
    public abstract int Descend(
        ReadOnlySpan<int> rows, ReadOnlySpan<int> ahead, ReadOnlySpan<double> rates, double factor, RowPenalties penalties, bool fitIntercept, Span<double> parameters, ref LinearSums sums);

    /// <summary>The rows in the layout that full batches are fastest with, where there is one; else null.</summary>
    public abstract PackedRows? Pack(ReadOnlySpan<int> rows);

    /// <summary>For each row weight · ∂²loss/∂prediction², at the model's prediction or at the target itself; 0 where it is no number.</summary>
    public abstract void Curvatures(ReadOnlySpan<int> rows, ReadOnlySpan<double> parameters, bool atTarget, Span<double> curvatures);

    /// <summary>Σ xⱼ² of a row.</summary>
    public abstract double SquaredNorm(int row);

    /// <summary>The largest Σ |wⱼ · xⱼ| of all rows.</summary>
    public abstract double LargestProducts(ReadOnlySpan<double> weights);

    private readonly struct Factory(LinearData data) : ILossVisitor<LinearKernel>
    {
        public LinearKernel Visit<TRule>(TRule rule)
            where TRule : struct, ILossRule => data.Features switch
            {
                null => new LinearKernel<DenseLinearRows<double>, TRule>(data, new([data.DoubleFeatures!], 31, data.Width), rule),
                DenseRows dense => new LinearKernel<DenseLinearRows<float>, TRule>(data, new(dense.Chunks, dense.ChunkShift, data.Width, dense.Paged, dense.Places), rule),
                SparseRows sparse => new LinearKernel<SparseLinearRows, TRule>(data, new(sparse.Chunks, sparse.Paged), rule),
                _ => throw new InvalidOperationException("LinearData copies other rows."),
            };
    }
}
