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

    /// <inheritdoc/>
    public void Blend(T a, Tensor<T> x, T b, Tensor<T> y)
    {
        Shapes.Map(x, y);
        Span<T> source = Span(x);
        Span<T> target = Span(y);
        for (int i = 0; i < source.Length; i++)
        {
            target[i] = T.FusedMultiplyAdd(a, source[i], b * target[i]);
        }
    }

    /// <inheritdoc/>
    public void DropoutChannels(double rate, ulong key, Tensor<T> x, Tensor<T> y, int rows, int pixels, int channels)
    {
        Shapes.DropoutChannels(rate, x, y, rows, pixels, channels);
        Span<T> input = Span(x);
        Span<T> output = Span(y);
        uint threshold = DropoutMask.Threshold(rate);
        T scale = T.CreateTruncating(1 / (1 - rate));
        for (int i = 0; i < input.Length; i++)
        {
            int unit = (i / (pixels * channels) * channels) + (i % channels);
            output[i] = DropoutMask.Hash(key, (uint)unit) < threshold ? T.Zero : input[i] * scale;
        }
    }

    /// <inheritdoc/>
    public void TransposeEach(Tensor<T> x, Tensor<T> y, int rows, int height, int width)
    {
        Shapes.TransposeEach(x, y, rows, height, width);
        Span<T> source = Span(x);
        Span<T> target = Span(y);
        for (int n = 0; n < rows; n++)
        {
            for (int i = 0; i < height; i++)
            {
                for (int j = 0; j < width; j++)
                {
                    target[(((n * width) + j) * height) + i] = source[(((n * height) + i) * width) + j];
                }
            }
        }
    }
}
