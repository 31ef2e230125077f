using ILGPU;
using ILGPU.Runtime;

namespace MLNet.GradientTrainers.Kernels.Gpu;

/// <summary>Convolutions as products of matrices that are only thought of: the multiply computes where their elements lie.</summary>
public sealed partial class GpuBackend
{
    /// <inheritdoc/>
    public void Convolution<TRule>(TRule rule, in ConvolutionShape shape, Tensor<float> input, Tensor<float> weights, Tensor<float> bias, Tensor<float> output, int rows)
        where TRule : struct, IActivationRule
    {
        Shapes.Convolution(shape, input, weights, bias, output, rows);
        ArrayView<float> x = View(input);
        ArrayView<float> w = View(weights);
        ArrayView<float> b = View(bias);
        ArrayView<float> y = View(output);
        if (output.Length == 0)
        {
            return;
        }

        PatchGeometry geometry = new(shape, rows);
        PatchOperand left = new(x, geometry, Fours.Aligned(input.Offset, shape.Channels, shape.GroupChannels));
        ColumnOperand right = new(w, shape.GroupFilters, shape.Filters, Fours.Aligned(weights.Offset, shape.Filters, shape.GroupFilters));
        Result<TRule> result = new(
            rule,
            bias.IsNone ? SumStart.Zero : SumStart.Bias,
            y,
            b,
            geometry.Outputs,
            shape.GroupFilters,
            shape.Filters,
            0,
            Fours.Aligned(output.Offset, shape.Filters, shape.GroupFilters));
        Multiply(new(geometry.PatchSize, geometry.PatchSize, 1), left, right, result, geometry.Outputs, shape.GroupFilters, shape.Groups);
    }

    /// <inheritdoc/>
    public void ConvolutionInputGradient(in ConvolutionShape shape, Tensor<float> outputGradient, Tensor<float> weights, Tensor<float> inputGradient, int rows)
    {
        Shapes.ConvolutionInputGradient(shape, outputGradient, weights, inputGradient, rows);
        ArrayView<float> dy = View(outputGradient);
        ArrayView<float> w = View(weights);
        ArrayView<float> dx = View(inputGradient);
        if (inputGradient.Length == 0)
        {
            return;
        }

        PatchGeometry geometry = new(shape, rows);
        int depth = geometry.Taps * shape.GroupFilters;
        OutputPatchOperand left = new(dy, geometry, Fours.Aligned(outputGradient.Offset, shape.Filters, shape.GroupFilters));
        TurnedWeightOperand right = new(w, geometry, Fours.Aligned(weights.Offset, shape.Filters, shape.GroupFilters));
        Result<IdentityRule> result = new(
            default,
            SumStart.Zero,
            dx,
            default,
            geometry.Inputs,
            shape.GroupChannels,
            shape.Channels,
            0,
            Fours.Aligned(inputGradient.Offset, shape.Channels, shape.GroupChannels));
        Multiply(new(depth, depth, 1), left, right, result, geometry.Inputs, shape.GroupChannels, shape.Groups);
    }

    /// <inheritdoc/>
    /// <remarks>Long sums of few weights are cut into parts by their sizes alone, which other groups of threads compute, and the parts are added in ascending order.</remarks>
    public void ConvolutionWeightGradient(in ConvolutionShape shape, Tensor<float> input, Tensor<float> outputGradient, Tensor<float> weightGradient, int rows)
    {
        Shapes.ConvolutionWeightGradient(shape, input, outputGradient, weightGradient, rows);
        ArrayView<float> x = View(input);
        ArrayView<float> dy = View(outputGradient);
        ArrayView<float> dw = View(weightGradient);
        if (weightGradient.Length == 0)
        {
            return;
        }

        PatchGeometry geometry = new(shape, rows);
        Product product = Parted(geometry.Outputs, geometry.PatchSize, shape.GroupFilters, shape.Groups);
        PatchColumnOperand left = new(x, geometry, Fours.Aligned(input.Offset, shape.Channels, shape.GroupChannels));
        ColumnOperand right = new(dy, shape.GroupFilters, shape.Filters, Fours.Aligned(outputGradient.Offset, shape.Filters, shape.GroupFilters));
        bool whole = product.Parts == 1;
        ArrayView<float> sums = whole ? dw : Scratch(product.Parts * weightGradient.Length);
        Result<IdentityRule> result = new(
            default,
            SumStart.Zero,
            sums,
            default,
            geometry.PatchSize,
            shape.GroupFilters,
            shape.Filters,
            weightGradient.Length,
            Fours.Aligned(whole ? weightGradient.Offset : weightGradient.Length, shape.Filters, shape.GroupFilters));
        Multiply(product, left, right, result, geometry.PatchSize, shape.GroupFilters, shape.Groups);
        if (!whole)
        {
            Each<int, ArrayView<float>, ArrayView<float>>(SumPartsKernel)(Session.Stream, weightGradient.Length, product.Parts, sums, dw);
        }
    }

    /// <summary>sums[i] = Σ parts[p, i] over ascending p.</summary>
    internal static void SumPartsKernel(Index1D i, int parts, ArrayView<float> values, ArrayView<float> sums)
    {
        int size = (int)sums.Length;
        float sum = values[i];
        for (int p = 1; p < parts; p++)
        {
            sum += values[(p * size) + i];
        }

        sums[i] = sum;
    }
}
