using ILGPU;
using ILGPU.Runtime;

namespace MLNet.GradientTrainers.Kernels.Gpu;

public sealed partial class GpuBackend
{
    /// <inheritdoc/>
    public void SparseAffine<TRule>(TRule rule, SparseBatch<float> input, Tensor<float> weights, Tensor<float> bias, Tensor<float> output, int outputs)
        where TRule : struct, IActivationRule
    {
        Shapes.SparseAffine(input, weights, bias, output, outputs);
        ArrayView<float> w = View(weights);
        ArrayView<float> y = View(output);
        OptionalView start = new(View(bias), w, otherwise: 0);
        if (output.Length > 0)
        {
            SparseViews views = new(_sparseStarts.Fill(input.Starts), _sparseColumns.Fill(input.Columns), _sparseValues.Fill(input.Values), outputs);
            Each<TRule, SparseViews, ArrayView<float>, OptionalView, ArrayView<float>>(SparseAffineKernel)(Session.Stream, output.Length, rule, views, w, start, y);
        }
    }

    /// <inheritdoc/>
    public void SparseWeightGradient(SparseBatch<float> input, Tensor<float> outputGradient, Tensor<float> weightGradient, int outputs)
    {
        Shapes.SparseWeightGradient(input, outputGradient, weightGradient, outputs);
        ArrayView<float> dy = View(outputGradient);
        ArrayView<float> dw = View(weightGradient);
        SparseColumns<float> columns = input.ByColumn;
        if (columns.Count > 0 && outputs > 0)
        {
            SparseViews views = new(_sparseStarts.Fill(columns.Starts), _sparseColumns.Fill(columns.Rows), _sparseValues.Fill(columns.Values), outputs);
            Each<SparseViews, ArrayView<int>, ArrayView<float>, ArrayView<float>>(SparseWeightGradientKernel)(
                Session.Stream, checked(columns.Count * outputs), views, _rowIndices.Fill(columns.Used), dy, dw);
        }
    }

    /// <inheritdoc/>
    public void FillRows(Tensor<float> destination, float value, ReadOnlySpan<int> rows, int columns)
    {
        Shapes.SomeRows(destination, rows, columns);
        ArrayView<float> table = View(destination);
        if (!rows.IsEmpty)
        {
            Each<float, ArrayView<int>, int, ArrayView<float>>(FillRowsKernel)(Session.Stream, checked(rows.Length * columns), value, _rowIndices.Fill(rows), columns, table);
        }
    }

    internal static void SparseAffineKernel<TRule>(Index1D i, TRule rule, SparseViews input, ArrayView<float> weights, OptionalView bias, ArrayView<float> output)
        where TRule : struct, IActivationRule
    {
        int row = i / input.Outputs;
        int column = i % input.Outputs;
        float sum = bias.At(column);
        int end = input.Starts[row + 1];
        for (int p = input.Starts[row]; p < end; p++)
        {
            sum = (input.Values[p] * weights[(input.Places[p] * input.Outputs) + column]) + sum;
        }

        output[i] = rule.Forward(new GpuLane(sum)).Value;
    }

    internal static void SparseWeightGradientKernel(Index1D i, SparseViews columns, ArrayView<int> used, ArrayView<float> dy, ArrayView<float> dw)
    {
        int place = i / columns.Outputs;
        int output = i % columns.Outputs;
        float sum = 0;
        int end = columns.Starts[place + 1];
        for (int p = columns.Starts[place]; p < end; p++)
        {
            sum = (columns.Values[p] * dy[(columns.Places[p] * columns.Outputs) + output]) + sum;
        }

        dw[(used[place] * columns.Outputs) + output] = sum;
    }

    internal static void FillRowsKernel(Index1D i, float value, ArrayView<int> rows, int columns, ArrayView<float> table) =>
        table[(rows[i / columns] * columns) + (i % columns)] = value;

    /// <summary>A compressed matrix on the device: by rows with their columns, or by columns with their rows.</summary>
    internal readonly struct SparseViews(ArrayView<int> starts, ArrayView<int> places, ArrayView<float> values, int outputs)
    {
        public readonly ArrayView<int> Starts = starts;
        public readonly ArrayView<int> Places = places;
        public readonly ArrayView<float> Values = values;
        public readonly int Outputs = outputs;
    }
}
