namespace MLNet.GradientTrainers.Kernels;

public sealed partial class ReferenceBackend<T>
{
    /// <inheritdoc/>
    public void Map<TRule>(TRule rule, Tensor<T> x, Tensor<T> y)
        where TRule : struct, IActivationRule
    {
        Shapes.Map(x, y);
        Span<T> input = Span(x);
        Span<T> output = Span(y);
        for (int i = 0; i < input.Length; i++)
        {
            output[i] = rule.Forward(new ReferenceLane<T>(input[i])).Value;
        }
    }

    /// <inheritdoc/>
    public void MapBackward<TRule>(TRule rule, Tensor<T> x, Tensor<T> y, Tensor<T> outputGradient, Tensor<T> inputGradient)
        where TRule : struct, IActivationRule
    {
        Shapes.MapBackward(x, y, outputGradient, inputGradient);
        Span<T> input = Span(x);
        Span<T> output = Span(y);
        Span<T> dy = Span(outputGradient);
        Span<T> dx = Span(inputGradient);
        for (int i = 0; i < input.Length; i++)
        {
            dx[i] = rule.Backward(new ReferenceLane<T>(input[i]), new ReferenceLane<T>(output[i]), new ReferenceLane<T>(dy[i])).Value;
        }
    }

    /// <inheritdoc/>
    public void AddScaled(T alpha, Tensor<T> x, Tensor<T> y)
    {
        Shapes.Map(x, y);
        Span<T> source = Span(x);
        Span<T> target = Span(y);
        for (int i = 0; i < source.Length; i++)
        {
            target[i] = T.FusedMultiplyAdd(alpha, source[i], target[i]);
        }
    }

    /// <inheritdoc/>
    public void Dropout(double rate, ulong key, Tensor<T> x, Tensor<T> y)
    {
        Shapes.Dropout(rate, x, y);
        Span<T> input = Span(x);
        Span<T> output = Span(y);
        uint threshold = DropoutMask.Threshold(rate);
        T scale = T.CreateTruncating(1 / (1 - rate));
        for (int i = 0; i < input.Length; i++)
        {
            output[i] = DropoutMask.Hash(key, (uint)i) < threshold ? T.Zero : input[i] * scale;
        }
    }
}
