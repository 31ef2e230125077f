using System.Runtime.CompilerServices;

namespace MLNet.GradientTrainers.Kernels;

public sealed unsafe partial class SimdBackend
{
    /// <inheritdoc/>
    public void NormalizeRows(in NormalizationPass<float> pass, Tensor<float> x, Tensor<float> y, int rows, int columns)
    {
        Shapes.Normalize(pass, rows, x, y, rows, columns, "NormalizeRows");
        if (columns > 0)
        {
            NormalizeRowsJob job = new(new NormalizationPointers(pass, x, null, columns), Pointer(y), (float)pass.Epsilon);
            Run(ref job, rows, 3L * x.Length, 1);
        }

        KeepAlive(pass, x, y);
    }

    /// <inheritdoc/>
    public void NormalizeRowsBackward(
        in NormalizationPass<float> pass, Tensor<float> x, Tensor<float> outputGradient, Tensor<float> inputGradient, Tensor<float> scaleGradient, Tensor<float> shiftGradient, int rows, int columns)
    {
        Shapes.NormalizeBackward(pass, rows, x, outputGradient, inputGradient, scaleGradient, shiftGradient, rows, columns, "NormalizeRowsBackward", mayLackSums: true);
        bool wantsSums = !scaleGradient.IsNone;
        if (rows == 0 || columns == 0)
        {
            if (wantsSums)
            {
                Fill(scaleGradient, 0);
                Fill(shiftGradient, 0);
            }

            return;
        }

        float* deviations = _scratch.Reserve(Padded(rows) + ColumnSumsRoom(rows, columns));
        InverseDeviations(pass, rows, deviations);
        NormalizationPointers pointers = new(pass, x, deviations, columns);
        if (wantsSums)
        {
            ColumnSums(new GradientTerms<ByRow>(pointers, Pointer(outputGradient)), deviations + Padded(rows), rows, columns, 1, Pointer(scaleGradient), Pointer(shiftGradient));
        }

        if (!inputGradient.IsNone)
        {
            NormalizeRowsBackwardJob job = new(pointers, Pointer(outputGradient), Pointer(inputGradient));
            Run(ref job, rows, 4L * x.Length, 1);
        }

        KeepAlive(pass, x, outputGradient);
        GC.KeepAlive(inputGradient.Buffer);
        GC.KeepAlive(scaleGradient.Buffer);
        GC.KeepAlive(shiftGradient.Buffer);
    }

    private readonly struct NormalizeRowsJob(NormalizationPointers pass, float* y, float epsilon) : IRangeJob
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        public void Run<TLane>(int start, int end)
            where TLane : struct, ISimdLane<TLane>
        {
            float* numbers = stackalloc float[Lanes.Virtual];
            int columns = pass.Columns;
            for (int i = start; i < end; i++)
            {
                float* input = pass.X + ((nint)i * columns);
                float* output = y + ((nint)i * columns);
                Lanes.Fill(numbers, default(TLane));
                for (int j = 0; j < columns; j += TLane.Count)
                {
                    Lanes.Accumulate(numbers, j, Lanes.Keep(TLane.Load(input + j), default, columns - j));
                }

                float mean = Lanes.Sum(numbers) / columns;
                TLane center = TLane.Broadcast(mean);
                Lanes.Fill(numbers, default(TLane));
                for (int j = 0; j < columns; j += TLane.Count)
                {
                    TLane distance = Lanes.Keep(TLane.Load(input + j) - center, default, columns - j);
                    Lanes.Accumulate(numbers, j, distance * distance);
                }

                float variance = Lanes.Sum(numbers) / columns;
                TLane deviation = TLane.Broadcast(1 / MathF.Sqrt(variance + epsilon));
                pass.Mean[i] = mean;
                pass.Variance[i] = variance;
                for (int j = 0; j < columns; j += TLane.Count)
                {
                    TLane value = ((TLane.Load(input + j) - center) * deviation * TLane.Load(pass.Scale + j)) + TLane.Load(pass.Shift + j);
                    Lanes.Store(value, output + j, columns - j);
                }
            }
        }
    }

    private readonly struct NormalizeRowsBackwardJob(NormalizationPointers pass, float* outputGradient, float* inputGradient) : IRangeJob
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        public void Run<TLane>(int start, int end)
            where TLane : struct, ISimdLane<TLane>
        {
            float* sums = stackalloc float[2 * Lanes.Virtual];
            float* products = sums + Lanes.Virtual;
            int columns = pass.Columns;
            TLane count = TLane.Broadcast(columns);
            for (int i = start; i < end; i++)
            {
                nint row = (nint)i * columns;
                Lanes.Fill(sums, default(TLane));
                Lanes.Fill(products, default(TLane));
                for (int j = 0; j < columns; j += TLane.Count)
                {
                    TLane gradient = Lanes.Keep(TLane.Load(outputGradient + row + j) * TLane.Load(pass.Scale + j), default, columns - j);
                    Lanes.Accumulate(sums, j, gradient);
                    Lanes.Accumulate(products, j, Lanes.Keep(gradient * pass.ByRow<TLane>(i, j), default, columns - j));
                }

                TLane sum = TLane.Broadcast(Lanes.Sum(sums));
                TLane product = TLane.Broadcast(Lanes.Sum(products));
                TLane deviation = TLane.Broadcast(pass.Deviations[i]);
                for (int j = 0; j < columns; j += TLane.Count)
                {
                    TLane gradient = TLane.Load(outputGradient + row + j) * TLane.Load(pass.Scale + j);
                    gradient -= (sum + (pass.ByRow<TLane>(i, j) * product)) / count;
                    Lanes.Store(gradient * deviation, inputGradient + row + j, columns - j);
                }
            }
        }
    }
}
