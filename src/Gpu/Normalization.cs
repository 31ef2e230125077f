using ILGPU;
using ILGPU.Runtime;

namespace MLNet.GradientTrainers.Kernels.Gpu;

/// <summary>Moments are taken in double and in two passes, as everywhere; the sums over columns run in the order of <see cref="ColumnLayout"/>, those over rows in that of <see cref="RowLayout"/>.</summary>
public sealed partial class GpuBackend
{
    /// <inheritdoc/>
    public void ColumnMoments(Tensor<float> x, Tensor<float> mean, Tensor<float> variance, int rows, int columns)
    {
        Shapes.ColumnMoments(x, mean, variance, rows, columns);
        ArrayView<float> input = View(x);
        ArrayView<float> means = View(mean);
        ArrayView<float> variances = View(variance);
        if (x.Length > 0)
        {
            ArrayView<double> exact = _columnValues.Room(columns);
            SumColumns(new ElementTerm(input, columns), new MeanResult(means, exact, rows), rows, columns);
            SumColumns(new DeviationTerm(input, exact, columns), new QuotientResult(variances, rows), rows, columns);
        }
    }

    /// <inheritdoc/>
    public void ScaleColumns(Tensor<float> mean, Tensor<float> scale, Tensor<float> x, Tensor<float> y, int rows, int columns)
    {
        Shapes.ScaleColumns(mean, scale, x, y, rows, columns);
        ArrayView<float> means = View(mean);
        ArrayView<float> scales = View(scale);
        ArrayView<float> input = View(x);
        ArrayView<float> output = View(y);
        if (x.Length > 0)
        {
            Each<ColumnScale, ArrayView<float>, ArrayView<float>>(ScaleColumnsKernel)(Session.Stream, x.Length, new ColumnScale(means, scales, columns), input, output);
        }
    }

    /// <inheritdoc/>
    public void NormalizeColumns(in NormalizationPass<float> pass, Tensor<float> x, Tensor<float> y, int rows, int columns)
    {
        Shapes.Normalize(pass, columns, x, y, rows, columns, "NormalizeColumns");
        NormalizationViews views = new(this, pass, columns, byRow: false);
        ArrayView<float> input = View(x);
        ArrayView<float> output = View(y);
        if (x.Length > 0)
        {
            Each<NormalizationViews, ArrayView<float>, ArrayView<float>>(NormalizeColumnsKernel)(Session.Stream, x.Length, views, input, output);
        }
    }

    /// <inheritdoc/>
    public void NormalizeColumnsBackward(
        in NormalizationPass<float> pass, Tensor<float> x, Tensor<float> outputGradient, Tensor<float> inputGradient, Tensor<float> scaleGradient, Tensor<float> shiftGradient, bool ownMoments, int rows, int columns)
    {
        Shapes.NormalizeBackward(pass, columns, x, outputGradient, inputGradient, scaleGradient, shiftGradient, rows, columns, "NormalizeColumnsBackward");
        NormalizationViews views = new(this, pass, columns, byRow: false);
        ArrayView<float> dx = View(inputGradient);
        SumGradients(views, x, outputGradient, scaleGradient, shiftGradient, rows, columns);
        if (dx.Length > 0)
        {
            ColumnGradients gradients = new(View(outputGradient), View(scaleGradient), View(shiftGradient), ownMoments ? rows : 0);
            Each<NormalizationViews, ColumnGradients, ArrayView<float>, ArrayView<float>>(NormalizeColumnsBackwardKernel)(Session.Stream, x.Length, views, gradients, View(x), dx);
        }
    }

    /// <inheritdoc/>
    public void NormalizeRows(in NormalizationPass<float> pass, Tensor<float> x, Tensor<float> y, int rows, int columns)
    {
        Shapes.Normalize(pass, rows, x, y, rows, columns, "NormalizeRows");
        NormalizationViews views = new(this, pass, columns, byRow: true);
        ArrayView<float> input = View(x);
        ArrayView<float> output = View(y);
        if (x.Length > 0)
        {
            RowLayout layout = new(rows, columns);
            Groups<RowLayout, NormalizationViews, ArrayView<float>, ArrayView<float>>(NormalizeRowsKernel)(Session.Stream, layout.Config, layout, views, input, output);
        }
    }

    /// <inheritdoc/>
    public void NormalizeRowsBackward(
        in NormalizationPass<float> pass, Tensor<float> x, Tensor<float> outputGradient, Tensor<float> inputGradient, Tensor<float> scaleGradient, Tensor<float> shiftGradient, int rows, int columns)
    {
        Shapes.NormalizeBackward(pass, rows, x, outputGradient, inputGradient, scaleGradient, shiftGradient, rows, columns, "NormalizeRowsBackward", mayLackSums: true);
        NormalizationViews views = new(this, pass, columns, byRow: true);
        ArrayView<float> dx = View(inputGradient);
        if (!scaleGradient.IsNone)
        {
            SumGradients(views, x, outputGradient, scaleGradient, shiftGradient, rows, columns);
        }

        if (dx.Length > 0)
        {
            RowLayout layout = new(rows, columns);
            Groups<RowLayout, NormalizationViews, ArrayView<float>, ArrayView<float>, ArrayView<float>>(NormalizeRowsBackwardKernel)(
                Session.Stream, layout.Config, layout, views, View(x), View(outputGradient), dx);
        }
    }

    /// <summary>Σ dy · x̂ and Σ dy of every column.</summary>
    private void SumGradients(NormalizationViews views, Tensor<float> x, Tensor<float> outputGradient, Tensor<float> scaleGradient, Tensor<float> shiftGradient, int rows, int columns)
    {
        ArrayView<float> input = View(x);
        ArrayView<float> dy = View(outputGradient);
        SumResult scale = new(View(scaleGradient), accumulate: false);
        SumResult shift = new(View(shiftGradient), accumulate: false);
        if (columns > 0)
        {
            SumColumns(new ScaleGradientTerm(views, input, dy), scale, rows, columns);
            SumColumns(new ElementTerm(dy, columns), shift, rows, columns);
        }
    }

    internal static void ScaleColumnsKernel(Index1D i, ColumnScale scale, ArrayView<float> x, ArrayView<float> y) => y[i] = scale.Of(i, x[i]);

    internal static void NormalizeColumnsKernel(Index1D i, NormalizationViews views, ArrayView<float> x, ArrayView<float> y)
    {
        int column = i % views.Columns;
        y[i] = views.Output(x[i], column, column);
    }

    /// <summary>With own moments: dx = γ / σ · (dy − (Σ dy + x̂ · Σ dy · x̂) / n).</summary>
    internal static void NormalizeColumnsBackwardKernel(Index1D i, NormalizationViews views, ColumnGradients gradients, ArrayView<float> x, ArrayView<float> dx)
    {
        int column = i % views.Columns;
        float gradient = gradients.Output[i];
        if (gradients.Count > 0)
        {
            gradient -= (gradients.Shift[column] + (views.Normalized(x[i], column) * gradients.Scale[column])) / gradients.Count;
        }

        dx[i] = gradient * views.Scale[column] * views.InverseDeviation(column);
    }

    internal static void NormalizeRowsKernel(RowLayout layout, NormalizationViews views, ArrayView<float> x, ArrayView<float> y)
    {
        ArrayView<double> shared = SharedMemory.Allocate<double>(RowLayout.GroupSize);
        int row = layout.Row;
        int start = row * layout.Columns;
        int end = row < layout.Rows ? layout.Columns : 0;
        double sum = 0;
        for (int j = layout.Lane; j < end; j += layout.Lanes)
        {
            sum += x[start + j];
        }

        double mean = layout.Sum(shared, sum) / layout.Columns;
        double squares = 0;
        for (int j = layout.Lane; j < end; j += layout.Lanes)
        {
            double difference = x[start + j] - mean;
            squares += difference * difference;
        }

        float variance = (float)(layout.Sum(shared, squares) / layout.Columns);
        if (row >= layout.Rows)
        {
            return;
        }

        if (layout.Lane == 0)
        {
            views.Mean[row] = (float)mean;
            views.Variance[row] = variance;
        }

        float inverse = 1 / MathF.Sqrt(variance + views.Epsilon);
        for (int j = layout.Lane; j < end; j += layout.Lanes)
        {
            y[start + j] = ((x[start + j] - (float)mean) * inverse * views.Scale[j]) + views.Shift[j];
        }
    }

    /// <summary>With g = γ · dy: dx = 1 / σ · (g − (Σ g + x̂ · Σ g · x̂) / n).</summary>
    internal static void NormalizeRowsBackwardKernel(RowLayout layout, NormalizationViews views, ArrayView<float> x, ArrayView<float> dy, ArrayView<float> dx)
    {
        ArrayView<float> shared = SharedMemory.Allocate<float>(RowLayout.GroupSize);
        int row = layout.Row;
        int start = row * layout.Columns;
        int end = row < layout.Rows ? layout.Columns : 0;
        float sum = 0;
        float product = 0;
        for (int j = layout.Lane; j < end; j += layout.Lanes)
        {
            float gradient = dy[start + j] * views.Scale[j];
            sum += gradient;
            product += gradient * views.Normalized(x[start + j], row);
        }

        sum = layout.Sum(shared, sum);
        product = layout.Sum(shared, product);
        for (int j = layout.Lane; j < end; j += layout.Lanes)
        {
            float gradient = dy[start + j] * views.Scale[j];
            dx[start + j] = (gradient - ((sum + (views.Normalized(x[start + j], row) * product)) / layout.Columns)) * views.InverseDeviation(row);
        }
    }

    /// <summary><see cref="NormalizationPass{T}"/> as a kernel takes it; moment i is that of a column or a row.</summary>
    internal readonly struct NormalizationViews(GpuBackend owner, in NormalizationPass<float> pass, int columns, bool byRow)
    {
        public readonly ArrayView<float> Mean = owner.View(pass.Mean);
        public readonly ArrayView<float> Variance = owner.View(pass.Variance);
        public readonly ArrayView<float> Scale = owner.View(pass.Scale);
        public readonly ArrayView<float> Shift = owner.View(pass.Shift);
        public readonly float Epsilon = (float)pass.Epsilon;
        public readonly int Columns = columns;
        private readonly int _byRow = byRow ? 1 : 0;

        public float InverseDeviation(int moment) => 1 / MathF.Sqrt(Variance[moment] + Epsilon);

        /// <summary>x̂ = (x − mean) / √(variance + ε).</summary>
        public float Normalized(float x, int moment) => (x - Mean[moment]) * InverseDeviation(moment);

        public float Output(float x, int moment, int column) => (Normalized(x, moment) * Scale[column]) + Shift[column];

        public int Moment(int row, int column) => _byRow != 0 ? row : column;
    }

    /// <summary>dy · x̂.</summary>
    internal readonly struct ScaleGradientTerm(NormalizationViews views, ArrayView<float> x, ArrayView<float> dy) : IColumnTerm
    {
        private readonly NormalizationViews _views = views;
        private readonly ArrayView<float> _x = x;
        private readonly ArrayView<float> _dy = dy;

        public double At(int row, int column)
        {
            int i = (row * _views.Columns) + column;
            return _dy[i] * _views.Normalized(_x[i], _views.Moment(row, column));
        }
    }

    /// <summary>The gradients that the one of x takes part in.</summary>
    internal readonly struct ColumnGradients(ArrayView<float> output, ArrayView<float> scale, ArrayView<float> shift, int count)
    {
        public readonly ArrayView<float> Output = output;
        public readonly ArrayView<float> Scale = scale;
        public readonly ArrayView<float> Shift = shift;

        /// <summary>Rows that the moments are of; 0 where they are constants.</summary>
        public readonly int Count = count;
    }

    /// <summary>(x − mean) · scale, or x · scale.</summary>
    internal readonly struct ColumnScale(ArrayView<float> mean, ArrayView<float> scale, int columns)
    {
        private readonly ArrayView<float> _mean = mean.Length > 0 ? mean : scale;
        private readonly ArrayView<float> _scale = scale;
        private readonly int _columns = columns;
        private readonly int _hasMean = mean.Length > 0 ? 1 : 0;

        public float Of(int index, float x)
        {
            int column = index % _columns;
            return (x - (_hasMean != 0 ? _mean[column] : 0)) * _scale[column];
        }
    }
}
