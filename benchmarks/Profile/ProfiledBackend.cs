using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers.Benchmarks;

/// <summary>A back end that takes the processor time of each operation of another one, by all threads.</summary>
internal sealed class ProfiledBackend(IBackend<float> backend) : IBackend<float>
{
    private readonly Dictionary<(string Operation, int Rows, int Columns), ProfiledOperation> _operations = [];

    public string Name => backend.Name;

    public bool IsAsynchronous => backend.IsAsynchronous;

    /// <summary>The operations since the last <see cref="Clear"/>.</summary>
    public IEnumerable<ProfiledOperation> Operations => _operations.Values.Where(operation => operation.Calls > 0);

    /// <summary>Forgets what was measured.</summary>
    public void Clear()
    {
        foreach (var operation in _operations.Values)
        {
            operation.Clear();
        }
    }

    public void Dispose() => backend.Dispose();

    public Tensor<float> Allocate(int length) => backend.Allocate(length);

    public void Write(ReadOnlySpan<float> source, Tensor<float> destination) => backend.Write(source, destination);

    public void Read(Tensor<float> source, Span<float> destination) => backend.Read(source, destination);

    public Totals AllocateTotals(int length) => backend.AllocateTotals(length);

    public void Read(Totals source, int start, Span<double> destination) => backend.Read(source, start, destination);

    public void Copy(Tensor<float> source, Tensor<float> destination)
    {
        using var _ = Time("copy");
        backend.Copy(source, destination);
    }

    public void Fill(Tensor<float> destination, float value)
    {
        using var _ = Time("fill");
        backend.Fill(destination, value);
    }

    public void Gather(IRowSource<float> source, ReadOnlySpan<int> rows, Tensor<float> destination)
    {
        using var _ = Time("gather");
        backend.Gather(source, rows, destination);
    }

    public void MatMul(Tensor<float> a, bool transposeA, Tensor<float> b, bool transposeB, Tensor<float> c, int m, int n, int k, bool accumulate = false)
    {
        using var _ = Time(transposeA ? "weights' gradient" : "input's gradient", transposeA ? m : n, transposeA ? n : k, 2.0 * m * n * k);
        backend.MatMul(a, transposeA, b, transposeB, c, m, n, k, accumulate);
    }

    public void Affine<TRule>(TRule rule, Tensor<float> input, Tensor<float> weights, Tensor<float> bias, Tensor<float> output, int rows, int inputs, int outputs)
        where TRule : struct, IActivationRule
    {
        using var _ = Time("forward product", inputs, outputs, 2.0 * rows * inputs * outputs);
        backend.Affine(rule, input, weights, bias, output, rows, inputs, outputs);
    }

    public void Map<TRule>(TRule rule, Tensor<float> x, Tensor<float> y)
        where TRule : struct, IActivationRule
    {
        using var _ = Time("activation");
        backend.Map(rule, x, y);
    }

    public void MapBackward<TRule>(TRule rule, Tensor<float> x, Tensor<float> y, Tensor<float> outputGradient, Tensor<float> inputGradient)
        where TRule : struct, IActivationRule
    {
        using var _ = Time("activation's derivative");
        backend.MapBackward(rule, x, y, outputGradient, inputGradient);
    }

    public void AddScaled(float alpha, Tensor<float> x, Tensor<float> y)
    {
        using var _ = Time("add scaled");
        backend.AddScaled(alpha, x, y);
    }

    public void Dropout(double rate, ulong key, Tensor<float> x, Tensor<float> y)
    {
        using var _ = Time("dropout");
        backend.Dropout(rate, key, x, y);
    }

    public void Blend(float a, Tensor<float> x, float b, Tensor<float> y)
    {
        using var _ = Time("blend");
        backend.Blend(a, x, b, y);
    }

    public void DropoutChannels(double rate, ulong key, Tensor<float> x, Tensor<float> y, int rows, int pixels, int channels)
    {
        using var _ = Time("dropout channels");
        backend.DropoutChannels(rate, key, x, y, rows, pixels, channels);
    }

    public void TransposeEach(Tensor<float> x, Tensor<float> y, int rows, int height, int width)
    {
        using var _ = Time("transpose each");
        backend.TransposeEach(x, y, rows, height, width);
    }

    public void SumRows(Tensor<float> x, Tensor<float> sums, int rows, int columns, bool accumulate = false)
    {
        using var _ = Time("bias' gradient");
        backend.SumRows(x, sums, rows, columns, accumulate);
    }

    public void Softmax(Tensor<float> x, Tensor<float> y, int rows, int columns)
    {
        using var _ = Time("softmax");
        backend.Softmax(x, y, rows, columns);
    }

    public void SoftmaxBackward(Tensor<float> y, Tensor<float> outputGradient, Tensor<float> inputGradient, int rows, int columns)
    {
        using var _ = Time("softmax backward");
        backend.SoftmaxBackward(y, outputGradient, inputGradient, rows, columns);
    }

    public void Matches(Tensor<float> prediction, Tensor<float> target, Tensor<float> weights, Tensor<float> matches, int rows, int columns)
    {
        using var _ = Time("accuracy");
        backend.Matches(prediction, target, weights, matches, rows, columns);
    }

    public void Convolution<TRule>(TRule rule, in ConvolutionShape shape, Tensor<float> input, Tensor<float> weights, Tensor<float> bias, Tensor<float> output, int rows)
        where TRule : struct, IActivationRule
    {
        using var _ = Time("convolution forward");
        backend.Convolution(rule, in shape, input, weights, bias, output, rows);
    }

    public void ConvolutionInputGradient(in ConvolutionShape shape, Tensor<float> outputGradient, Tensor<float> weights, Tensor<float> inputGradient, int rows)
    {
        using var _ = Time("convolution, input's gradient");
        backend.ConvolutionInputGradient(in shape, outputGradient, weights, inputGradient, rows);
    }

    public void ConvolutionWeightGradient(in ConvolutionShape shape, Tensor<float> input, Tensor<float> outputGradient, Tensor<float> weightGradient, int rows)
    {
        using var _ = Time("convolution, weights' gradient");
        backend.ConvolutionWeightGradient(in shape, input, outputGradient, weightGradient, rows);
    }

    public void MaxPool(in PoolingShape shape, Tensor<float> x, Tensor<float> y, int rows)
    {
        using var _ = Time("pooling");
        backend.MaxPool(in shape, x, y, rows);
    }

    public void MaxPoolBackward(in PoolingShape shape, Tensor<float> x, Tensor<float> y, Tensor<float> outputGradient, Tensor<float> inputGradient, int rows)
    {
        using var _ = Time("pooling, gradient");
        backend.MaxPoolBackward(in shape, x, y, outputGradient, inputGradient, rows);
    }

    public void AveragePool(in PoolingShape shape, Tensor<float> x, Tensor<float> y, int rows)
    {
        using var _ = Time("pooling");
        backend.AveragePool(in shape, x, y, rows);
    }

    public void AveragePoolBackward(in PoolingShape shape, Tensor<float> outputGradient, Tensor<float> inputGradient, int rows)
    {
        using var _ = Time("pooling, gradient");
        backend.AveragePoolBackward(in shape, outputGradient, inputGradient, rows);
    }

    public void EncodePiecewise(Tensor<float> start, Tensor<float> scale, Tensor<float> x, Tensor<float> y, int rows, int columns, int bins)
    {
        using var _ = Time("encode piecewise");
        backend.EncodePiecewise(start, scale, x, y, rows, columns, bins);
    }

    public void EncodePiecewiseBackward(Tensor<float> start, Tensor<float> scale, Tensor<float> x, Tensor<float> outputGradient, Tensor<float> inputGradient, int rows, int columns, int bins)
    {
        using var _ = Time("encode piecewise backward");
        backend.EncodePiecewiseBackward(start, scale, x, outputGradient, inputGradient, rows, columns, bins);
    }

    public void ColumnMoments(Tensor<float> x, Tensor<float> mean, Tensor<float> variance, int rows, int columns)
    {
        using var _ = Time("column moments");
        backend.ColumnMoments(x, mean, variance, rows, columns);
    }

    public void ScaleColumns(Tensor<float> mean, Tensor<float> scale, Tensor<float> x, Tensor<float> y, int rows, int columns)
    {
        using var _ = Time("scale columns");
        backend.ScaleColumns(mean, scale, x, y, rows, columns);
    }

    public void NormalizeColumns(in NormalizationPass<float> pass, Tensor<float> x, Tensor<float> y, int rows, int columns)
    {
        using var _ = Time("normalize columns");
        backend.NormalizeColumns(in pass, x, y, rows, columns);
    }

    public void NormalizeColumnsBackward(in NormalizationPass<float> pass, Tensor<float> x, Tensor<float> outputGradient, Tensor<float> inputGradient, Tensor<float> scaleGradient, Tensor<float> shiftGradient, bool ownMoments, int rows, int columns)
    {
        using var _ = Time("normalize columns backward");
        backend.NormalizeColumnsBackward(in pass, x, outputGradient, inputGradient, scaleGradient, shiftGradient, ownMoments, rows, columns);
    }

    public void NormalizeRows(in NormalizationPass<float> pass, Tensor<float> x, Tensor<float> y, int rows, int columns)
    {
        using var _ = Time("normalize rows");
        backend.NormalizeRows(in pass, x, y, rows, columns);
    }

    public void NormalizeRowsBackward(in NormalizationPass<float> pass, Tensor<float> x, Tensor<float> outputGradient, Tensor<float> inputGradient, Tensor<float> scaleGradient, Tensor<float> shiftGradient, int rows, int columns)
    {
        using var _ = Time("normalize rows backward");
        backend.NormalizeRowsBackward(in pass, x, outputGradient, inputGradient, scaleGradient, shiftGradient, rows, columns);
    }

    public void LimitColumnNorms(float limit, Tensor<float> x, int rows, int columns)
    {
        using var _ = Time("limit column norms");
        backend.LimitColumnNorms(limit, x, rows, columns);
    }

    public void ElementLoss<TRule>(TRule rule, in LossPass<float> pass)
        where TRule : struct, ILossRule
    {
        using var _ = Time("loss and its gradient");
        backend.ElementLoss(rule, in pass);
    }

    public void SoftmaxCrossEntropy(double smoothing, in LossPass<float> pass)
    {
        using var _ = Time("loss and its gradient");
        backend.SoftmaxCrossEntropy(smoothing, in pass);
    }

    public double Sum(Tensor<float> x)
    {
        using var _ = Time("sums");
        return backend.Sum(x);
    }

    public double SumOfSquares(Tensor<float> x)
    {
        using var _ = Time("finite weights (sum of squares)");
        return backend.SumOfSquares(x);
    }

    public void Sum(Tensor<float> x, Totals totals, int index)
    {
        using var _ = Time("sums");
        backend.Sum(x, totals, index);
    }

    public void SumOfSquares(Tensor<float> x, Totals totals, int index)
    {
        using var _ = Time("finite weights (sum of squares)");
        backend.SumOfSquares(x, totals, index);
    }

    public double SumOfSquares(Tensor<float> x, ReadOnlySpan<int> rows, int columns)
    {
        using var _ = Time("finite weights (sum of squares)");
        return backend.SumOfSquares(x, rows, columns);
    }

    public void SparseAffine<TRule>(TRule rule, SparseBatch<float> input, Tensor<float> weights, Tensor<float> bias, Tensor<float> output, int outputs)
        where TRule : struct, IActivationRule
    {
        using var _ = Time("sparse affine");
        backend.SparseAffine(rule, input, weights, bias, output, outputs);
    }

    public void SparseWeightGradient(SparseBatch<float> input, Tensor<float> outputGradient, Tensor<float> weightGradient, int outputs)
    {
        using var _ = Time("sparse weight gradient");
        backend.SparseWeightGradient(input, outputGradient, weightGradient, outputs);
    }

    public void FillRows(Tensor<float> destination, float value, ReadOnlySpan<int> rows, int columns)
    {
        using var _ = Time("fill rows");
        backend.FillRows(destination, value, rows, columns);
    }

    public void UpdateRows<TRule>(ReadOnlySpan<UpdateStep<TRule>> steps, IdleSteps idle, in UpdatePass<float> pass, ReadOnlySpan<int> rows, ReadOnlySpan<int> taken, int columns)
        where TRule : unmanaged, IUpdateRule
    {
        using var _ = Time("update");
        backend.UpdateRows(steps, idle, in pass, rows, taken, columns);
    }

    public void Update<TRule>(TRule rule, in UpdatePass<float> pass)
        where TRule : unmanaged, IUpdateRule
    {
        using var _ = Time("update");
        backend.Update(rule, in pass);
    }
    private Span Time(string name, int rows = 0, int columns = 0, double operations = 0)
    {
        if (!_operations.TryGetValue((name, rows, columns), out var operation))
        {
            _operations.Add((name, rows, columns), operation = new ProfiledOperation(rows == 0 ? name : $"{name}, {rows} × {columns}"));
        }

        return new Span(operation, operations);
    }

    private readonly ref struct Span(ProfiledOperation operation, double operations)
    {
        private readonly TimeSpan _start = Environment.CpuUsage.TotalTime;

        public void Dispose() => operation.Add((Environment.CpuUsage.TotalTime - _start).TotalSeconds, operations);
    }
}
