namespace MLNet.GradientTrainers.Kernels;

/// <summary>A linear change of the features, taken from training rows: of rows, and of models from the features' units to those of the changed ones and back.</summary>
internal sealed class LinearTransform(ColumnScales scales, Whitening? whitening, int threads, CancellationToken cancellation)
{
    private const int RowsOfPiece = 1024;

    /// <summary>Values that are kept in double, 128 MB of them; more are rounded to single precision, which moves a prediction by less than a millionth of what it is made of.</summary>
    private const int MostDoubles = 1 << 24;

    /// <summary>Changed rows, with the targets and weights of the others. Sparse rows stay sparse.</summary>
    public LinearData Apply(LinearData data)
    {
        if (data.Features is SparseRows sparse)
        {
            return data.With(new SparseTransform(scales).Apply(sparse, threads, cancellation));
        }

        if (data.Features is DenseRows { Paged: not null } paged)
        {
            return data.With(paged.Select(data.Width, NewChange));
        }

        return data.Features is DenseRows dense && (long)data.Count * data.Width > MostDoubles ? data.With(Singles(data, dense)) : data.With(Doubles(data));
    }

    /// <summary>The model of the features as they came that predicts what one of the changed features does.</summary>
    public LinearModel ToUnits(LinearModel model)
    {
        double[] weights = whitening?.WeightsOfScaled(model.Weights) ?? model.Weights.ToArray();
        double bias = model.Bias;
        for (int j = 0; j < weights.Length; j++)
        {
            weights[j] = scales.Factors[j] == 0 ? 0 : weights[j] * scales.Factors[j];
            bias -= weights[j] * scales.Shifts[j];
        }

        return new LinearModel(weights, bias);
    }

    /// <summary>The model of the changed features that predicts what one of the features as they came does. A constant column's part goes into the bias.</summary>
    public LinearModel FromUnits(LinearModel model)
    {
        double[] weights = model.Weights.ToArray();
        double bias = model.Bias;
        for (int j = 0; j < weights.Length; j++)
        {
            bias += weights[j] * scales.Shifts[j];
            weights[j] = scales.Factors[j] == 0 ? 0 : weights[j] / scales.Factors[j];
        }

        return new LinearModel(whitening?.WeightsOfWhite(weights) ?? weights, bias);
    }

    private double[] Doubles(LinearData data)
    {
        double[] numbers = new double[(long)data.Count * data.Width];
        ForEachRow(data, (row, values) => values.CopyTo(numbers, (long)row * data.Width));
        return numbers;
    }

    private DenseRows Singles(LinearData data, DenseRows dense)
    {
        float[][] chunks = Array.ConvertAll(dense.Chunks, chunk => GC.AllocateUninitializedArray<float>(chunk!.Length));
        int mask = (int)((1U << dense.ChunkShift) - 1);
        ForEachRow(data, (row, values) =>
        {
            Store(values, chunks[row >> dense.ChunkShift].AsSpan((row & mask) * data.Width, data.Width));
        });
        return new DenseRows(new RowChunks<float>(chunks, dense.ChunkShift, data.Count, data.Width));
    }

    /// <summary>What changes a row of single precision, on one thread.</summary>
    private RowChange NewChange()
    {
        double[] row = new double[scales.Factors.Length];
        double[] white = new double[row.Length];
        return (from, to) =>
        {
            scales.Apply(from, row);
            whitening?.Apply(row, white);
            Store(whitening is null ? row : white, to);
        };
    }

    private static void Store(double[] values, Span<float> target)
    {
        for (int j = 0; j < target.Length; j++)
        {
            target[j] = (float)Math.Clamp(values[j], -float.MaxValue, float.MaxValue);
        }
    }

    private void ForEachRow(LinearData data, Action<int, double[]> store)
    {
        int pieces = Math.Min(ThreadTeam.MaxParts, ((data.Count - 1) / RowsOfPiece) + 1);
        RowPieces.Run(threads, pieces, piece =>
        {
            double[] row = new double[data.Width];
            double[] white = new double[data.Width];
            for (int i = (int)((long)data.Count * piece / pieces); i < (int)((long)data.Count * (piece + 1) / pieces); i++)
            {
                cancellation.ThrowIfCancellationRequested();
                scales.Apply(data, i, row);
                whitening?.Apply(row, white);
                store(i, whitening is null ? row : white);
            }
        });
    }
}
