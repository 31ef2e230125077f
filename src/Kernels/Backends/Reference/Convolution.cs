namespace MLNet.GradientTrainers.Kernels;

public sealed partial class ReferenceBackend<T>
{
    /// <inheritdoc/>
    public void Convolution<TRule>(TRule rule, in ConvolutionShape shape, Tensor<T> input, Tensor<T> weights, Tensor<T> bias, Tensor<T> output, int rows)
        where TRule : struct, IActivationRule
    {
        Shapes.Convolution(shape, input, weights, bias, output, rows);
        Span<T> b = Span(bias);
        Span<T> y = Span(output);
        for (int i = 0; i < y.Length; i++)
        {
            y[i] = bias.IsNone ? T.Zero : b[i % shape.Filters];
        }

        Span<T> x = Span(input);
        Span<T> w = Span(weights);
        foreach (Tap tap in Taps(shape, rows))
        {
            y[tap.Output] = T.FusedMultiplyAdd(x[tap.Input], w[tap.Weight], y[tap.Output]);
        }

        Map(rule, output, output);
    }

    /// <inheritdoc/>
    public void ConvolutionInputGradient(in ConvolutionShape shape, Tensor<T> outputGradient, Tensor<T> weights, Tensor<T> inputGradient, int rows)
    {
        Shapes.ConvolutionInputGradient(shape, outputGradient, weights, inputGradient, rows);
        Fill(inputGradient, T.Zero);
        Span<T> dy = Span(outputGradient);
        Span<T> w = Span(weights);
        Span<T> dx = Span(inputGradient);
        foreach (Tap tap in Taps(shape, rows))
        {
            dx[tap.Input] = T.FusedMultiplyAdd(dy[tap.Output], w[tap.Weight], dx[tap.Input]);
        }
    }

    /// <inheritdoc/>
    public void ConvolutionWeightGradient(in ConvolutionShape shape, Tensor<T> input, Tensor<T> outputGradient, Tensor<T> weightGradient, int rows)
    {
        Shapes.ConvolutionWeightGradient(shape, input, outputGradient, weightGradient, rows);
        Fill(weightGradient, T.Zero);
        Span<T> x = Span(input);
        Span<T> dy = Span(outputGradient);
        Span<T> dw = Span(weightGradient);
        foreach (Tap tap in Taps(shape, rows))
        {
            dw[tap.Weight] = T.FusedMultiplyAdd(x[tap.Input], dy[tap.Output], dw[tap.Weight]);
        }
    }

    /// <summary>
    /// Every product of an input element with a weight for an output element, in the order that all three sums are defined by: ascending sample, output row, output column, filter, kernel row,
    /// kernel column, channel. Taps outside the input are left out.
    /// </summary>
    private static IEnumerable<Tap> Taps(ConvolutionShape shape, int rows)
    {
        for (int n = 0; n < rows; n++)
        {
            for (int y = 0; y < shape.OutputHeight; y++)
            {
                for (int x = 0; x < shape.OutputWidth; x++)
                {
                    for (int f = 0; f < shape.Filters; f++)
                    {
                        for (int ky = 0; ky < shape.Kernel.Height; ky++)
                        {
                            for (int kx = 0; kx < shape.Kernel.Width; kx++)
                            {
                                int inputY = (y * shape.Stride.Height) + (ky * shape.Dilation.Height) - shape.Padding.Height;
                                int inputX = (x * shape.Stride.Width) + (kx * shape.Dilation.Width) - shape.Padding.Width;
                                if (inputY < 0 || inputY >= shape.Height || inputX < 0 || inputX >= shape.Width)
                                {
                                    continue;
                                }

                                for (int c = 0; c < shape.GroupChannels; c++)
                                {
                                    int channel = (f / shape.GroupFilters * shape.GroupChannels) + c;
                                    yield return new Tap(
                                        (((((n * shape.Height) + inputY) * shape.Width) + inputX) * shape.Channels) + channel,
                                        (((((ky * shape.Kernel.Width) + kx) * shape.GroupChannels) + c) * shape.Filters) + f,
                                        (((((n * shape.OutputHeight) + y) * shape.OutputWidth) + x) * shape.Filters) + f);
                                }
                            }
                        }
                    }
                }
            }
        }
    }

    /// <summary>The places of the three numbers of one product.</summary>
    private readonly record struct Tap(int Input, int Weight, int Output);
}
