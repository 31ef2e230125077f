using System.Numerics;

namespace MLNet.GradientTrainers.Kernels;

/// <summary>
/// The primitive operations that layers, losses and optimizers are made of. Implementations: <c>Reference</c>
/// (plain loops, the definition of every operation), <c>Simd</c>, and that of the assembly MLNet.GradientTrainers.Gpu.
/// </summary>
/// <typeparam name="T">Element type: the reference works in <see cref="float"/> and <see cref="double"/>, SIMD in <see cref="float"/>.</typeparam>
/// <remarks>
/// <para>Matrices are row-major. Lengths are checked; a wrong one throws <see cref="ArgumentException"/>. Sizes of 0 are allowed and do nothing.</para>
/// <para>
/// Results are the same for any number of threads: an element's sum runs in one fixed order. In a matrix product, every element is
/// c ← fma(a, b, c) over ascending k, whatever the blocking, so that one row gives the same bits alone or inside a batch.
/// </para>
/// <para>
/// Where <see cref="IsAsynchronous"/> says so, operations are only queued, in their order, and a call may return before the work is done. Those that give something to the host wait for all before them:
/// <see cref="Read(Tensor{T}, Span{T})"/>, <see cref="Read(Totals, int, Span{double})"/>, and <see cref="Sum(Tensor{T})"/> and <see cref="SumOfSquares(Tensor{T})"/> in the forms that return a number. What the host hands over (spans,
/// rows, a sparse batch) has been taken when the call returns. An error of the device may come with a later call.
/// </para>
/// <para>A back end is used by one thread at a time.</para>
/// </remarks>
public interface IBackend<T> : IWeightUpdater<T>, IDisposable
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>A readable name, for example <c>SIMD (Vector512, 2 threads)</c>.</summary>
    string Name { get; }

    /// <summary>Whether operations are queued, so that reading a result costs a wait: then read seldom.</summary>
    bool IsAsynchronous { get; }

    /// <summary>Memory that is free for tensors, in bytes; null where that can't be told.</summary>
    long? FreeMemory => null;

    /// <summary>An error that came out of an operation, in words for people; null when there is nothing to add.</summary>
    /// <param name="error">What was caught.</param>
    Exception? Explain(Exception error) => null;

    // Memory.cs

    /// <summary>New memory, all zero.</summary>
    Tensor<T> Allocate(int length);

    /// <summary>Copies from host memory; lengths must be equal.</summary>
    void Write(ReadOnlySpan<T> source, Tensor<T> destination);

    /// <summary>Copies to host memory; lengths must be equal.</summary>
    void Read(Tensor<T> source, Span<T> destination);

    /// <summary>New room for sums, all 0.</summary>
    /// <param name="length">How many, at least 0.</param>
    Totals AllocateTotals(int length);

    /// <summary>Copies sums to host memory.</summary>
    /// <param name="source">The sums.</param>
    /// <param name="start">The first one.</param>
    /// <param name="destination">Receives as many as it is long.</param>
    void Read(Totals source, int start, Span<double> destination);

    /// <summary>destination = source; lengths must be equal.</summary>
    void Copy(Tensor<T> source, Tensor<T> destination);

    /// <summary>Sets every element.</summary>
    void Fill(Tensor<T> destination, T value);

    /// <summary>Gathers rows of a table: destination is rows.Length × source.Width.</summary>
    void Gather(IRowSource<T> source, ReadOnlySpan<int> rows, Tensor<T> destination);

    // MatrixMultiply.cs

    /// <summary>
    /// c = op(a) · op(b), or c += with <paramref name="accumulate"/>. op(a) is m × k, op(b) is k × n, c is m × n;
    /// a is stored k × m with <paramref name="transposeA"/>, b is stored n × k with <paramref name="transposeB"/>.
    /// </summary>
    void MatMul(Tensor<T> a, bool transposeA, Tensor<T> b, bool transposeB, Tensor<T> c, int m, int n, int k, bool accumulate = false);

    /// <summary>
    /// output = f(input · weights + bias): input rows × inputs, weights inputs × outputs, bias outputs (or none), output rows × outputs.
    /// An element's sum starts at its bias.
    /// </summary>
    void Affine<TRule>(TRule rule, Tensor<T> input, Tensor<T> weights, Tensor<T> bias, Tensor<T> output, int rows, int inputs, int outputs)
        where TRule : struct, IActivationRule;

    // Elementwise.cs

    /// <summary>y = f(x); may be in place.</summary>
    void Map<TRule>(TRule rule, Tensor<T> x, Tensor<T> y)
        where TRule : struct, IActivationRule;

    /// <summary>inputGradient = f.Backward(x, y, outputGradient); may be in place.</summary>
    void MapBackward<TRule>(TRule rule, Tensor<T> x, Tensor<T> y, Tensor<T> outputGradient, Tensor<T> inputGradient)
        where TRule : struct, IActivationRule;

    /// <summary>y += alpha · x.</summary>
    void AddScaled(T alpha, Tensor<T> x, Tensor<T> y);

    /// <summary>
    /// y[i] = x[i] / (1 − rate) where element i is kept, else 0; may be in place. Which ones are kept depends only on key and i, so the
    /// backward pass calls this again on the gradient with the same key.
    /// </summary>
    /// <param name="rate">Probability of dropping, in [0, 1).</param>
    /// <param name="key">Key of the mask; see <see cref="DropoutMask"/>.</param>
    /// <param name="x">Input.</param>
    /// <param name="y">Output.</param>
    void Dropout(double rate, ulong key, Tensor<T> x, Tensor<T> y);

    /// <summary>y = a · x + b · y.</summary>
    void Blend(T a, Tensor<T> x, T b, Tensor<T> y);

    /// <summary>
    /// Dropout of whole channels: element [row, pixel, channel] is kept, and divided by 1 − rate, where <see cref="Dropout"/> keeps the element row · channels + channel; may be in place.
    /// </summary>
    void DropoutChannels(double rate, ulong key, Tensor<T> x, Tensor<T> y, int rows, int pixels, int channels);

    /// <summary>Transposes every sample: x [rows, height, width] becomes y [rows, width, height]. Turns [channels, pixels] into [pixels, channels] and back.</summary>
    void TransposeEach(Tensor<T> x, Tensor<T> y, int rows, int height, int width);

    // Rows.cs

    /// <summary>sums[j] = Σᵢ x[i, j] over ascending i (rows × columns), or += with <paramref name="accumulate"/>: the gradient of a bias.</summary>
    void SumRows(Tensor<T> x, Tensor<T> sums, int rows, int columns, bool accumulate = false);

    /// <summary>y = softmax of each row, computed with the row's maximum subtracted; may be in place.</summary>
    void Softmax(Tensor<T> x, Tensor<T> y, int rows, int columns);

    /// <summary>inputGradient = y ⊙ (outputGradient − ⟨outputGradient, y⟩) for each row; may be in place.</summary>
    void SoftmaxBackward(Tensor<T> y, Tensor<T> outputGradient, Tensor<T> inputGradient, int rows, int columns);

    /// <summary>
    /// matches[i] = the weight of row i, or 1 without weights, where its largest prediction stands where its largest target stands (the first one of equals); else, and for a row with a NaN, 0.
    /// </summary>
    void Matches(Tensor<T> prediction, Tensor<T> target, Tensor<T> weights, Tensor<T> matches, int rows, int columns);

    // Convolution.cs: images are [height, width, channels], see ConvolutionShape. The sums' order is that of the definition; for the shapes that ConvolutionAlgorithms names, the SIMD back end has another.

    /// <summary>
    /// output = f(input ∗ weights + bias) for every sample: a filter's sum at an output pixel starts at its bias and runs over ascending kernel row, kernel column, channel;
    /// what lies outside the input counts as 0.
    /// </summary>
    void Convolution<TRule>(TRule rule, in ConvolutionShape shape, Tensor<T> input, Tensor<T> weights, Tensor<T> bias, Tensor<T> output, int rows)
        where TRule : struct, IActivationRule;

    /// <summary>∂loss/∂input: an input element's sum starts at 0 and runs over ascending output row, output column, filter.</summary>
    void ConvolutionInputGradient(in ConvolutionShape shape, Tensor<T> outputGradient, Tensor<T> weights, Tensor<T> inputGradient, int rows);

    /// <summary>∂loss/∂weights: a weight's sum starts at 0 and runs over ascending sample, output row, output column.</summary>
    void ConvolutionWeightGradient(in ConvolutionShape shape, Tensor<T> input, Tensor<T> outputGradient, Tensor<T> weightGradient, int rows);

    // Pooling.cs: images are [height, width, channels], see PoolingShape

    /// <summary>y = the largest element of each window; NaN if one is NaN.</summary>
    void MaxPool(in PoolingShape shape, Tensor<T> x, Tensor<T> y, int rows);

    /// <summary>inputGradient: the sum of the output gradients of the windows whose largest element this is (the first one of equals); 0 elsewhere.</summary>
    void MaxPoolBackward(in PoolingShape shape, Tensor<T> x, Tensor<T> y, Tensor<T> outputGradient, Tensor<T> inputGradient, int rows);

    /// <summary>y = the mean of each window: the sum over ascending row and column, divided by the window's count.</summary>
    void AveragePool(in PoolingShape shape, Tensor<T> x, Tensor<T> y, int rows);

    /// <summary>inputGradient: the sum of outputGradient / count over the windows that contain the element, in ascending order.</summary>
    void AveragePoolBackward(in PoolingShape shape, Tensor<T> outputGradient, Tensor<T> inputGradient, int rows);

    // Encoding.cs: start and scale are bins × columns

    /// <summary>
    /// y[i, 0, j] = x[i, j], and behind it y[i, 1 + t, j] = (x[i, j] − start[t, j]) · scale[t, j], at least 0 for t &gt; 0, and at most 1 unless t is the column's last bin: that of the largest t, or
    /// the one before a scale of 0.
    /// </summary>
    void EncodePiecewise(Tensor<T> start, Tensor<T> scale, Tensor<T> x, Tensor<T> y, int rows, int columns, int bins);

    /// <summary>
    /// The gradient of <see cref="EncodePiecewise"/> of x: outputGradient[i, 0, j] + Σₜ outputGradient[i, 1 + t, j] · scale[t, j] over ascending t, of the bins in which x lies strictly between the limits.
    /// </summary>
    void EncodePiecewiseBackward(Tensor<T> start, Tensor<T> scale, Tensor<T> x, Tensor<T> outputGradient, Tensor<T> inputGradient, int rows, int columns, int bins);

    // Normalization.cs

    /// <summary>mean[j] and the biased variance[j] of the columns of x (rows × columns). 0 rows leave them as they are.</summary>
    void ColumnMoments(Tensor<T> x, Tensor<T> mean, Tensor<T> variance, int rows, int columns);

    /// <summary>y = (x − mean[j]) · scale[j], or x · scale[j] where the mean is none; may be in place.</summary>
    void ScaleColumns(Tensor<T> mean, Tensor<T> scale, Tensor<T> x, Tensor<T> y, int rows, int columns);

    /// <summary>y = scale[j] · (x − mean[j]) / √(variance[j] + epsilon) + shift[j].</summary>
    void NormalizeColumns(in NormalizationPass<T> pass, Tensor<T> x, Tensor<T> y, int rows, int columns);

    /// <summary>
    /// The gradients of <see cref="NormalizeColumns"/>: of scale, of shift, and of x (or none). With <paramref name="ownMoments"/>, mean and variance are those of x
    /// itself and take part in the derivative; else they are constants.
    /// </summary>
    void NormalizeColumnsBackward(
        in NormalizationPass<T> pass, Tensor<T> x, Tensor<T> outputGradient, Tensor<T> inputGradient, Tensor<T> scaleGradient, Tensor<T> shiftGradient, bool ownMoments, int rows, int columns);

    /// <summary>y = scale[j] · (x − mean[i]) / √(variance[i] + epsilon) + shift[j] with the row's own mean and biased variance, which are written too.</summary>
    void NormalizeRows(in NormalizationPass<T> pass, Tensor<T> x, Tensor<T> y, int rows, int columns);

    /// <summary>The gradients of <see cref="NormalizeRows"/>: of scale and of shift (or none of both), and of x (or none).</summary>
    void NormalizeRowsBackward(
        in NormalizationPass<T> pass, Tensor<T> x, Tensor<T> outputGradient, Tensor<T> inputGradient, Tensor<T> scaleGradient, Tensor<T> shiftGradient, int rows, int columns);

    // Norms.cs

    /// <summary>
    /// Scales each column of x (rows × columns) whose Euclidean norm is above <paramref name="limit"/> down to it. The squares' sum runs over ascending rows, each c ← fma(x, x, c).
    /// </summary>
    void LimitColumnNorms(T limit, Tensor<T> x, int rows, int columns);

    // Losses.cs

    /// <summary>A loss of single outputs: row losses and gradient.</summary>
    void ElementLoss<TRule>(TRule rule, in LossPass<T> pass)
        where TRule : struct, ILossRule;

    /// <summary>
    /// −Σ t · log softmax(logits) by row, with the log-sum-exp shifted by the row's maximum; gradient weight · scale · (softmax · Σt − t), where the targets are
    /// first smoothed: t ← (1 − smoothing) · t + smoothing / columns. A target of 0 adds nothing, even where the logit is −∞.
    /// </summary>
    void SoftmaxCrossEntropy(double smoothing, in LossPass<T> pass);

    // Reductions.cs

    /// <summary>Σ x in double, in one fixed order.</summary>
    double Sum(Tensor<T> x);

    /// <summary>Σ x² in double, in one fixed order.</summary>
    double SumOfSquares(Tensor<T> x);

    /// <summary>totals[index] = Σ x, the same number, which is read later.</summary>
    void Sum(Tensor<T> x, Totals totals, int index);

    /// <summary>totals[index] = Σ x², the same number, which is read later.</summary>
    void SumOfSquares(Tensor<T> x, Totals totals, int index);

    /// <summary>Σ x² over some rows of a table with so many columns, in double, in the order of the rows.</summary>
    double SumOfSquares(Tensor<T> x, ReadOnlySpan<int> rows, int columns);

    // Sparse.cs: a sparse batch × a matrix with a row for each of its columns

    /// <summary>
    /// <see cref="Affine"/> of sparse rows: input rows × inputs, weights inputs × outputs. The sum leaves out the zeros, which change none of its bits where the weights are finite.
    /// </summary>
    void SparseAffine<TRule>(TRule rule, SparseBatch<T> input, Tensor<T> weights, Tensor<T> bias, Tensor<T> output, int outputs)
        where TRule : struct, IActivationRule;

    /// <summary>
    /// The rows of weightGradient (inputs × outputs) that belong to the columns with a value: inputᵀ · outputGradient, each element's sum from 0 over ascending rows.
    /// All other rows stay as they are.
    /// </summary>
    void SparseWeightGradient(SparseBatch<T> input, Tensor<T> outputGradient, Tensor<T> weightGradient, int outputs);

    /// <summary>Sets all elements of some rows of a table with so many columns.</summary>
    void FillRows(Tensor<T> destination, T value, ReadOnlySpan<int> rows, int columns);

    // Updates.cs

    /// <summary>
    /// Optimizer steps that some rows of a table have not taken yet. Row rows[i] takes those from number taken[i] on, in their order: the first one with its gradient, which is 0
    /// afterwards, the others without any. After so many of the others as <see cref="IdleSteps.Limit"/> says the weight rests, and for each that is left every state shrinks by its
    /// factor. No row may be named twice.
    /// </summary>
    /// <param name="steps">The steps since the oldest that a row has not taken.</param>
    /// <param name="idle">What steps without a gradient come to.</param>
    /// <param name="pass">Weights, gradient and states.</param>
    /// <param name="rows">The rows.</param>
    /// <param name="taken">For each of them how many of the steps it has taken.</param>
    /// <param name="columns">Elements of a row.</param>
    void UpdateRows<TRule>(ReadOnlySpan<UpdateStep<TRule>> steps, IdleSteps idle, in UpdatePass<T> pass, ReadOnlySpan<int> rows, ReadOnlySpan<int> taken, int columns)
        where TRule : unmanaged, IUpdateRule;
}
