using ILGPU;
using ILGPU.Runtime;

namespace MLNet.GradientTrainers.Kernels.Gpu;

public sealed partial class GpuBackend
{
    /// <inheritdoc/>
    /// <remarks>Here a column's sum is taken in double and in the order of <see cref="ColumnLayout"/>: one thread a column would leave a device idle.</remarks>
    public void SumRows(Tensor<float> x, Tensor<float> sums, int rows, int columns, bool accumulate = false)
    {
        Shapes.SumRows(x, sums, rows, columns);
        ElementTerm term = new(View(x), columns);
        SumResult result = new(View(sums), accumulate);
        if (columns > 0)
        {
            SumColumns(term, result, rows, columns);
        }
    }

    /// <inheritdoc/>
    public void Softmax(Tensor<float> x, Tensor<float> y, int rows, int columns)
    {
        Shapes.Softmax(x, y, rows, columns);
        ArrayView<float> input = View(x);
        ArrayView<float> output = View(y);
        if (x.Length > 0)
        {
            RowLayout layout = new(rows, columns);
            Groups<RowLayout, ArrayView<float>, ArrayView<float>>(SoftmaxKernel)(Session.Stream, layout.Config, layout, input, output);
        }
    }

    /// <inheritdoc/>
    public void SoftmaxBackward(Tensor<float> y, Tensor<float> outputGradient, Tensor<float> inputGradient, int rows, int columns)
    {
        Shapes.SoftmaxBackward(y, outputGradient, inputGradient, rows, columns);
        ArrayView<float> output = View(y);
        ArrayView<float> dy = View(outputGradient);
        ArrayView<float> dx = View(inputGradient);
        if (y.Length > 0)
        {
            RowLayout layout = new(rows, columns);
            Groups<RowLayout, ArrayView<float>, ArrayView<float>, ArrayView<float>>(SoftmaxBackwardKernel)(Session.Stream, layout.Config, layout, output, dy, dx);
        }
    }

    /// <inheritdoc/>
    public void Matches(Tensor<float> prediction, Tensor<float> target, Tensor<float> weights, Tensor<float> matches, int rows, int columns)
    {
        Shapes.Matches(prediction, target, weights, matches, rows, columns);
        ArrayView<float> predicted = View(prediction);
        ArrayView<float> wanted = View(target);
        ArrayView<float> result = View(matches);
        OptionalView rowWeights = new(View(weights), result, otherwise: 1);
        if (rows > 0)
        {
            RowLayout layout = new(rows, columns);
            Groups<RowLayout, ArrayView<float>, ArrayView<float>, OptionalView, ArrayView<float>>(MatchesKernel)(Session.Stream, layout.Config, layout, predicted, wanted, rowWeights, result);
        }
    }

    internal static void SoftmaxKernel(RowLayout layout, ArrayView<float> x, ArrayView<float> y)
    {
        ArrayView<float> shared = SharedMemory.Allocate<float>(RowLayout.GroupSize);
        int row = layout.Row;
        int start = row * layout.Columns;
        int end = row < layout.Rows ? layout.Columns : 0;
        float largest = LargestOf(layout, shared, x, start, end);
        float sum = 0;
        for (int j = layout.Lane; j < end; j += layout.Lanes)
        {
            float exponential = ShiftedExponential(x[start + j], largest);
            y[start + j] = exponential;
            sum += exponential;
        }

        sum = layout.Sum(shared, sum);
        for (int j = layout.Lane; j < end; j += layout.Lanes)
        {
            y[start + j] /= sum;
        }
    }

    internal static void SoftmaxBackwardKernel(RowLayout layout, ArrayView<float> y, ArrayView<float> dy, ArrayView<float> dx)
    {
        ArrayView<float> shared = SharedMemory.Allocate<float>(RowLayout.GroupSize);
        int row = layout.Row;
        int start = row * layout.Columns;
        int end = row < layout.Rows ? layout.Columns : 0;
        float inner = 0;
        for (int j = layout.Lane; j < end; j += layout.Lanes)
        {
            inner += dy[start + j] * y[start + j];
        }

        inner = layout.Sum(shared, inner);
        for (int j = layout.Lane; j < end; j += layout.Lanes)
        {
            dx[start + j] = y[start + j] * (dy[start + j] - inner);
        }
    }

    internal static void MatchesKernel(RowLayout layout, ArrayView<float> prediction, ArrayView<float> target, OptionalView weights, ArrayView<float> matches)
    {
        ArrayView<float> values = SharedMemory.Allocate<float>(RowLayout.GroupSize);
        ArrayView<int> places = SharedMemory.Allocate<int>(RowLayout.GroupSize);
        int row = layout.Row;
        int predicted = IndexOfLargest(layout, values, places, prediction, row);
        int wanted = IndexOfLargest(layout, values, places, target, row);
        if (row < layout.Rows && layout.Lane == 0)
        {
            matches[row] = predicted >= 0 && predicted == wanted ? weights.At(row) : 0;
        }
    }

    /// <summary>The index of a row's first largest element, in its lane 0; −1 where there is none or one is NaN. All threads of a group must call it.</summary>
    private static int IndexOfLargest(RowLayout layout, ArrayView<float> values, ArrayView<int> places, ArrayView<float> x, int row)
    {
        int start = row * layout.Columns;
        int end = row < layout.Rows ? layout.Columns : 0;
        float largest = float.NegativeInfinity;
        int place = int.MaxValue;
        for (int j = layout.Lane; j < end; j += layout.Lanes)
        {
            float value = x[start + j];
            if (GpuLane.IsNaN(value))
            {
                place = -1;
            }
            else if (place >= 0 && (value > largest || place == int.MaxValue))
            {
                largest = value;
                place = j;
            }
        }

        Group.Barrier();
        values[Group.IdxX] = largest;
        places[Group.IdxX] = place;
        Group.Barrier();
        if (layout.Lane == 0)
        {
            for (int lane = 1; lane < layout.Lanes; lane++)
            {
                float value = values[Group.IdxX + lane];
                int other = places[Group.IdxX + lane];
                bool better = value > largest || (value == largest && other < place);
                if (other < 0)
                {
                    place = -1;
                }
                else if (place >= 0 && better)
                {
                    largest = value;
                    place = other;
                }
            }
        }

        return place == int.MaxValue ? -1 : place;
    }

    /// <summary>The largest element of a row; NaN where one is NaN. All threads of a group must call it.</summary>
    private static float LargestOf(RowLayout layout, ArrayView<float> shared, ArrayView<float> x, int start, int end)
    {
        GpuLane largest = new(float.NegativeInfinity);
        for (int j = layout.Lane; j < end; j += layout.Lanes)
        {
            largest = GpuLane.Max(largest, new GpuLane(x[start + j]));
        }

        return layout.Largest(shared, largest.Value);
    }

    private static float ShiftedExponential(float x, float largest) => GpuLane.Exp(new GpuLane(x - largest)).Value;
}
