using ILGPU;
using ILGPU.Runtime;

namespace MLNet.GradientTrainers.Kernels.Gpu;

public sealed partial class GpuBackend
{
    /// <inheritdoc/>
    public void MatMul(Tensor<float> a, bool transposeA, Tensor<float> b, bool transposeB, Tensor<float> c, int m, int n, int k, bool accumulate = false)
    {
        Shapes.MatMul(a, b, c, m, n, k);
        ArrayView<float> left = View(a);
        ArrayView<float> right = View(b);
        ArrayView<float> output = View(c);
        if (c.Length == 0)
        {
            return;
        }

        Result<IdentityRule> result = new(default, accumulate ? SumStart.Output : SumStart.Zero, output, default, m, n, n, 0, Fours.Aligned(c.Offset, n));
        RowOperand leftRows = new(left, m, k, Fours.Aligned(a.Offset, k));
        ColumnOperand leftColumns = new(left, m, m, Fours.Aligned(a.Offset, m));
        RowOperand rightRows = new(right, n, k, Fours.Aligned(b.Offset, k));
        ColumnOperand rightColumns = new(right, n, n, Fours.Aligned(b.Offset, n));
        Product product = new(k, k, 1);
        switch (transposeA, transposeB)
        {
            case (false, false):
                Multiply(product, leftRows, rightColumns, result, m, n, 1);
                break;
            case (false, true):
                Multiply(product, leftRows, rightRows, result, m, n, 1);
                break;
            case (true, false):
                Multiply(product, leftColumns, rightColumns, result, m, n, 1);
                break;
            default:
                Multiply(product, leftColumns, rightRows, result, m, n, 1);
                break;
        }
    }

    /// <inheritdoc/>
    public void Affine<TRule>(TRule rule, Tensor<float> input, Tensor<float> weights, Tensor<float> bias, Tensor<float> output, int rows, int inputs, int outputs)
        where TRule : struct, IActivationRule
    {
        Shapes.Affine(input, weights, bias, output, rows, inputs, outputs);
        RowOperand left = new(View(input), rows, inputs, Fours.Aligned(input.Offset, inputs));
        ColumnOperand right = new(View(weights), outputs, outputs, Fours.Aligned(weights.Offset, outputs));
        Result<TRule> result = new(
            rule, bias.IsNone ? SumStart.Zero : SumStart.Bias, View(output), View(bias), rows, outputs, outputs, 0, Fours.Aligned(output.Offset, outputs));
        if (output.Length > 0)
        {
            Multiply(new(inputs, inputs, 1), left, right, result, rows, outputs, 1);
        }
    }
}
