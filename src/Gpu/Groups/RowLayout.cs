using ILGPU;

namespace MLNet.GradientTrainers.Kernels.Gpu;

/// <summary>
/// How groups of 256 threads share the rows of a table: a row has 1 to 32 lanes, of which lane l takes the columns l, l + lanes, …; a sum over a row is those of its lanes in their
/// order. It depends on the columns alone, so that a row gives the same bits alone and in a batch.
/// </summary>
internal readonly struct RowLayout
{
    /// <summary>Threads of a group.</summary>
    public const int GroupSize = 256;

    private const int MostLanes = 32;
    private const int ColumnsOfALane = 4;

    public readonly int Rows;
    public readonly int Columns;
    public readonly int Lanes;

    public RowLayout(int rows, int columns)
    {
        Rows = rows;
        Columns = columns;
        Lanes = 1;
        while (Lanes < MostLanes && Lanes * ColumnsOfALane < columns)
        {
            Lanes *= 2;
        }
    }

    /// <summary>The launch for all rows.</summary>
    public KernelConfig Config => new((((Rows - 1) * Lanes) / GroupSize) + 1, GroupSize);

    /// <summary>The thread's row, which may lie behind the last one.</summary>
    public int Row => (Grid.IdxX * (GroupSize / Lanes)) + (Group.IdxX / Lanes);

    /// <summary>The thread's place among the lanes of its row.</summary>
    public int Lane => Group.IdxX % Lanes;

    /// <summary>The largest number of all lanes, in each of them; NaN where one is NaN. All threads of a group must call it.</summary>
    public float Largest(ArrayView<float> shared, float own)
    {
        if (Lanes == 1)
        {
            return own;
        }

        int first = Exchange(shared, own);
        GpuLane largest = new(shared[first]);
        for (int lane = 1; lane < Lanes; lane++)
        {
            largest = GpuLane.Max(largest, new GpuLane(shared[first + lane]));
        }

        return largest.Value;
    }

    /// <summary>The sum over all lanes, in each of them. All threads of a group must call it.</summary>
    public float Sum(ArrayView<float> shared, float own)
    {
        if (Lanes == 1)
        {
            return own;
        }

        int first = Exchange(shared, own);
        float sum = shared[first];
        for (int lane = 1; lane < Lanes; lane++)
        {
            sum += shared[first + lane];
        }

        return sum;
    }

    /// <summary>The same in double.</summary>
    public double Sum(ArrayView<double> shared, double own)
    {
        if (Lanes == 1)
        {
            return own;
        }

        int first = Exchange(shared, own);
        double sum = shared[first];
        for (int lane = 1; lane < Lanes; lane++)
        {
            sum += shared[first + lane];
        }

        return sum;
    }

    /// <summary>Shows every lane's number to the others; gives the place of the row's first one.</summary>
    private int Exchange<T>(ArrayView<T> shared, T own)
        where T : unmanaged
    {
        // What was shown before has been read by all.
        Group.Barrier();
        shared[Group.IdxX] = own;
        Group.Barrier();
        return Group.IdxX - Lane;
    }
}
