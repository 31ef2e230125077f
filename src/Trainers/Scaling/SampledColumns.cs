using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers;

/// <summary>The values of each feature in a sample of the training rows that count, spread evenly over all of them.</summary>
internal sealed class SampledColumns
{
    /// <summary>Quantiles of so many rows are near enough to those of all.</summary>
    private const int MostRows = 8192;

    private const int FewestRows = 256;

    /// <summary>64 MiB.</summary>
    private const int MostValues = 1 << 24;

    /// <summary>Of the memory for rows that lie outside memory, a sample takes at most this part.</summary>
    private const int ShareOfLimit = 8;

    /// <summary>Columns that are taken out of the rows together: those of a line of the processor's cache.</summary>
    private const int ColumnsAtOnce = 16;

    private readonly float[] _scratch;

    /// <summary>Takes the sample.</summary>
    /// <param name="rows">The training rows.</param>
    public SampledColumns(TrainingData rows)
    {
        int[] all = [.. Enumerable.Range(0, rows.Count).Where(i => rows.Weights.IsEmpty || rows.Weights[i] > 0)];
        Width = rows.Features.Width;
        long most = RowSpill.LimitOf(rows.Features) is { } limit ? Math.Min(MostValues, limit / ShareOfLimit / sizeof(float)) : MostValues;
        Count = Math.Min(all.Length, (int)Math.Clamp(most / Width, FewestRows, MostRows));
        int[] sample = [.. Enumerable.Range(0, Count).Select(i => all[(int)((long)i * all.Length / Count)])];
        Values = new float[checked(Count * Width)];
        rows.Features.Read(sample, Values);
        _scratch = new float[Count];
    }

    /// <summary>Rows of the sample.</summary>
    public int Count { get; }

    /// <summary>Features.</summary>
    public int Width { get; }

    /// <summary>All values, row after row.</summary>
    public float[] Values { get; }

    /// <summary>Calls an action with the values of each feature in turn, which it may change, in the order of the rows.</summary>
    public void ForEach(Action<int, Span<float>> action)
    {
        var columns = new float[Math.Min(ColumnsAtOnce, Width) * Count];
        for (int first = 0; first < Width; first += ColumnsAtOnce)
        {
            int taken = Math.Min(ColumnsAtOnce, Width - first);
            for (int i = 0; i < Count; i++)
            {
                ReadOnlySpan<float> row = Values.AsSpan((i * Width) + first, taken);
                for (int j = 0; j < row.Length; j++)
                {
                    columns[(j * Count) + i] = row[j];
                }
            }

            for (int j = 0; j < taken; j++)
            {
                action(first + j, columns.AsSpan(j * Count, Count));
            }
        }
    }

    /// <summary>Sorts the values of a feature.</summary>
    public void Sort(Span<float> column) => RadixSort.Sort(column, _scratch);
}
