using System.Runtime.CompilerServices;

namespace MLNet.GradientTrainers.Kernels;

public sealed unsafe partial class SimdBackend
{
    /// <inheritdoc/>
    public void ColumnMoments(Tensor<float> x, Tensor<float> mean, Tensor<float> variance, int rows, int columns)
    {
        Shapes.ColumnMoments(x, mean, variance, rows, columns);
        if (rows > 0 && columns > 0)
        {
            // Two passes: the mean first, then the squares of the distances from it.
            float* room = _scratch.Reserve(ColumnSumsRoom(rows, columns));
            ColumnSums(new MeanTerms(Pointer(x), columns), room, rows, columns, 1.0 / rows, Pointer(mean), null);
            ColumnSums(new VarianceTerms(Pointer(x), Pointer(mean), columns), room, rows, columns, 1.0 / rows, Pointer(variance), null);
        }

        GC.KeepAlive(x.Buffer);
        GC.KeepAlive(mean.Buffer);
        GC.KeepAlive(variance.Buffer);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void ScaleColumns(Tensor<float> mean, Tensor<float> scale, Tensor<float> x, Tensor<float> y, int rows, int columns)
    {
        Shapes.ScaleColumns(mean, scale, x, y, rows, columns);
        ScaleColumnsJob job = new(mean.IsNone ? null : Pointer(mean), Pointer(scale), Pointer(x), Pointer(y), columns);
        Run(ref job, rows, x.Length, 1);
        GC.KeepAlive(mean.Buffer);
        GC.KeepAlive(scale.Buffer);
        GC.KeepAlive(x.Buffer);
        GC.KeepAlive(y.Buffer);
    }

    /// <inheritdoc/>
    public void NormalizeColumns(in NormalizationPass<float> pass, Tensor<float> x, Tensor<float> y, int rows, int columns)
    {
        Shapes.Normalize(pass, columns, x, y, rows, columns, "NormalizeColumns");
        float* deviations = _scratch.Reserve(Padded(columns));
        InverseDeviations(pass, columns, deviations);
        NormalizeColumnsJob job = new(new NormalizationPointers(pass, x, deviations, columns), Pointer(y));
        Run(ref job, rows, x.Length, 1);
        KeepAlive(pass, x, y);
    }

    /// <inheritdoc/>
    public void NormalizeColumnsBackward(
        in NormalizationPass<float> pass,
        Tensor<float> x,
        Tensor<float> outputGradient,
        Tensor<float> inputGradient,
        Tensor<float> scaleGradient,
        Tensor<float> shiftGradient,
        bool ownMoments,
        int rows,
        int columns)
    {
        Shapes.NormalizeBackward(pass, columns, x, outputGradient, inputGradient, scaleGradient, shiftGradient, rows, columns, "NormalizeColumnsBackward");
        if (rows == 0 || columns == 0)
        {
            Fill(scaleGradient, 0);
            Fill(shiftGradient, 0);
            return;
        }

        float* deviations = _scratch.Reserve(Padded(columns) + ColumnSumsRoom(rows, columns));
        InverseDeviations(pass, columns, deviations);
        NormalizationPointers pointers = new(pass, x, deviations, columns);
        ColumnSums(new GradientTerms<ByColumn>(pointers, Pointer(outputGradient)), deviations + Padded(columns), rows, columns, 1, Pointer(scaleGradient), Pointer(shiftGradient));
        if (!inputGradient.IsNone)
        {
            NormalizeColumnsBackwardJob job = new(
                pointers, Pointer(outputGradient), Pointer(inputGradient), Pointer(scaleGradient), Pointer(shiftGradient), ownMoments, rows);
            Run(ref job, rows, 2L * x.Length, 1);
        }

        KeepAlive(pass, x, outputGradient);
        GC.KeepAlive(inputGradient.Buffer);
        GC.KeepAlive(scaleGradient.Buffer);
        GC.KeepAlive(shiftGradient.Buffer);
    }

    private static void InverseDeviations(in NormalizationPass<float> pass, int count, float* deviations)
    {
        float epsilon = (float)pass.Epsilon;
        float* variance = Pointer(pass.Variance);
        for (int i = 0; i < count; i++)
        {
            deviations[i] = 1 / MathF.Sqrt(variance[i] + epsilon);
        }
    }

    private static void KeepAlive(in NormalizationPass<float> pass, Tensor<float> x, Tensor<float> y)
    {
        GC.KeepAlive(pass.Mean.Buffer);
        GC.KeepAlive(pass.Variance.Buffer);
        GC.KeepAlive(pass.Scale.Buffer);
        GC.KeepAlive(pass.Shift.Buffer);
        GC.KeepAlive(x.Buffer);
        GC.KeepAlive(y.Buffer);
    }

    /// <summary>The addresses of a pass, the input and 1 / √(variance + ε).</summary>
    private readonly struct NormalizationPointers(in NormalizationPass<float> pass, Tensor<float> x, float* deviations, int columns)
    {
        public readonly float* Mean = Pointer(pass.Mean);
        public readonly float* Variance = Pointer(pass.Variance);
        public readonly float* Scale = Pointer(pass.Scale);
        public readonly float* Shift = Pointer(pass.Shift);
        public readonly float* X = Pointer(x);
        public readonly float* Deviations = deviations;
        public readonly int Columns = columns;

        /// <summary>x̂ of a column's elements.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TLane ByColumn<TLane>(int row, int column)
            where TLane : struct, ISimdLane<TLane> =>
            (TLane.Load(X + ((nint)row * Columns) + column) - TLane.Load(Mean + column)) * TLane.Load(Deviations + column);

        /// <summary>x̂ of a row's elements.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TLane ByRow<TLane>(int row, int column)
            where TLane : struct, ISimdLane<TLane> =>
            (TLane.Load(X + ((nint)row * Columns) + column) - TLane.Broadcast(Mean[row])) * TLane.Broadcast(Deviations[row]);
    }

    private readonly struct ByColumn : IConstant
    {
        public static int Value => 0;
    }

    private readonly struct ByRow : IConstant
    {
        public static int Value => 1;
    }

    private readonly struct MeanTerms(float* x, int columns) : IColumnTerms
    {
        public static bool Two => false;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Terms<TLane>(int row, int column, out TLane first, out TLane second)
            where TLane : struct, ISimdLane<TLane>
        {
            first = TLane.Load(x + ((nint)row * columns) + column);
            second = default;
        }
    }

    private readonly struct VarianceTerms(float* x, float* mean, int columns) : IColumnTerms
    {
        public static bool Two => false;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Terms<TLane>(int row, int column, out TLane first, out TLane second)
            where TLane : struct, ISimdLane<TLane>
        {
            TLane distance = TLane.Load(x + ((nint)row * columns) + column) - TLane.Load(mean + column);
            first = distance * distance;
            second = default;
        }
    }

    /// <summary>dy · x̂ and dy.</summary>
    private readonly struct GradientTerms<TMoments>(NormalizationPointers pass, float* outputGradient) : IColumnTerms
        where TMoments : struct, IConstant
    {
        public static bool Two => true;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Terms<TLane>(int row, int column, out TLane first, out TLane second)
            where TLane : struct, ISimdLane<TLane>
        {
            second = TLane.Load(outputGradient + ((nint)row * pass.Columns) + column);
            first = second * (TMoments.Value == 0 ? pass.ByColumn<TLane>(row, column) : pass.ByRow<TLane>(row, column));
        }
    }

    /// <summary>Rows that stay in the first-level cache while one lane of columns after the other goes down them, its moments in registers.</summary>
    private const int RowsAtOnce = 64;

    private readonly struct ScaleColumnsJob(float* mean, float* scale, float* x, float* y, int columns) : IRangeJob
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        public void Run<TLane>(int start, int end)
            where TLane : struct, ISimdLane<TLane>
        {
            for (int first = start; first < end; first += RowsAtOnce)
            {
                int last = Math.Min(end, first + RowsAtOnce);
                for (int j = 0; j < columns; j += TLane.Count)
                {
                    TLane centre = mean is null ? default : TLane.Load(mean + j);
                    TLane factor = TLane.Load(scale + j);
                    float* input = x + ((nint)first * columns) + j;
                    float* output = y + ((nint)first * columns) + j;
                    for (int i = first; i < last; i++, input += columns, output += columns)
                    {
                        Lanes.Store((TLane.Load(input) - centre) * factor, output, columns - j);
                    }
                }
            }
        }
    }

    private readonly struct NormalizeColumnsJob(NormalizationPointers pass, float* y) : IRangeJob
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        public void Run<TLane>(int start, int end)
            where TLane : struct, ISimdLane<TLane>
        {
            int columns = pass.Columns;
            for (int first = start; first < end; first += RowsAtOnce)
            {
                int last = Math.Min(end, first + RowsAtOnce);
                for (int j = 0; j < columns; j += TLane.Count)
                {
                    TLane mean = TLane.Load(pass.Mean + j);
                    TLane deviation = TLane.Load(pass.Deviations + j);
                    TLane scale = TLane.Load(pass.Scale + j);
                    TLane shift = TLane.Load(pass.Shift + j);
                    float* input = pass.X + ((nint)first * columns) + j;
                    float* output = y + ((nint)first * columns) + j;
                    for (int i = first; i < last; i++, input += columns, output += columns)
                    {
                        Lanes.Store(((TLane.Load(input) - mean) * deviation * scale) + shift, output, columns - j);
                    }
                }
            }
        }
    }

    private readonly struct NormalizeColumnsBackwardJob(
        NormalizationPointers pass, float* outputGradient, float* inputGradient, float* scaleGradient, float* shiftGradient, bool ownMoments, int rows) : IRangeJob
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        public void Run<TLane>(int start, int end)
            where TLane : struct, ISimdLane<TLane>
        {
            int columns = pass.Columns;
            TLane count = TLane.Broadcast(rows);
            for (int first = start; first < end; first += RowsAtOnce)
            {
                int last = Math.Min(end, first + RowsAtOnce);
                for (int j = 0; j < columns; j += TLane.Count)
                {
                    TLane mean = TLane.Load(pass.Mean + j);
                    TLane deviation = TLane.Load(pass.Deviations + j);
                    TLane factor = TLane.Load(pass.Scale + j) * deviation;
                    TLane meanGradient = ownMoments ? TLane.Load(shiftGradient + j) / count : default;
                    TLane meanProduct = ownMoments ? TLane.Load(scaleGradient + j) / count : default;
                    nint place = ((nint)first * columns) + j;
                    for (int i = first; i < last; i++, place += columns)
                    {
                        TLane normalized = (TLane.Load(pass.X + place) - mean) * deviation;
                        TLane gradient = TLane.Load(outputGradient + place) - (meanGradient + (normalized * meanProduct));
                        Lanes.Store(gradient * factor, inputGradient + place, columns - j);
                    }
                }
            }
        }
    }
}
