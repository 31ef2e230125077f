namespace MLNet.GradientTrainers.Kernels;

public sealed unsafe partial class SimdBackend
{
    /// <inheritdoc/>
    public void Convolution<TRule>(TRule rule, in ConvolutionShape shape, Tensor<float> input, Tensor<float> weights, Tensor<float> bias, Tensor<float> output, int rows)
        where TRule : struct, IActivationRule
    {
        Shapes.Convolution(shape, input, weights, bias, output, rows);
        Span<float> y = Span(output);
        for (int i = 0; i < y.Length; i++)
        {
            y[i] = bias.IsNone ? 0 : Span(bias)[i % shape.Filters];
        }

        foreach (var tap in ReferenceBackend<float>.Taps(shape, rows))
        {
            Span(output)[tap.Output] = float.FusedMultiplyAdd(Span(input)[tap.Input], Span(weights)[tap.Weight], Span(output)[tap.Output]);
        }

        Map(rule, output, output);
    }

    /// <inheritdoc/>
    public void ConvolutionInputGradient(in ConvolutionShape shape, Tensor<float> outputGradient, Tensor<float> weights, Tensor<float> inputGradient, int rows)
    {
        Shapes.ConvolutionInputGradient(shape, outputGradient, weights, inputGradient, rows);
        Fill(inputGradient, 0);
        foreach (var tap in ReferenceBackend<float>.Taps(shape, rows))
        {
            Span(inputGradient)[tap.Input] = float.FusedMultiplyAdd(Span(outputGradient)[tap.Output], Span(weights)[tap.Weight], Span(inputGradient)[tap.Input]);
        }
    }

    /// <inheritdoc/>
    public void ConvolutionWeightGradient(in ConvolutionShape shape, Tensor<float> input, Tensor<float> outputGradient, Tensor<float> weightGradient, int rows)
    {
        Shapes.ConvolutionWeightGradient(shape, input, outputGradient, weightGradient, rows);
        Fill(weightGradient, 0);
        foreach (var tap in ReferenceBackend<float>.Taps(shape, rows))
        {
            Span(weightGradient)[tap.Weight] = float.FusedMultiplyAdd(Span(input)[tap.Input], Span(outputGradient)[tap.Output], Span(weightGradient)[tap.Weight]);
        }
    }
}
