using ILGPU;

namespace MLNet.GradientTrainers.Kernels.Gpu;

/// <summary>The element itself.</summary>
internal readonly struct ElementTerm(ArrayView<float> x, int columns) : IColumnTerm
{
    private readonly ArrayView<float> _x = x;
    private readonly int _columns = columns;

    public double At(int row, int column) => _x[(row * _columns) + column];
}

/// <summary>The element's square.</summary>
internal readonly struct SquareTerm(ArrayView<float> x, int columns) : IColumnTerm
{
    private readonly ArrayView<float> _x = x;
    private readonly int _columns = columns;

    public double At(int row, int column)
    {
        double value = _x[(row * _columns) + column];
        return value * value;
    }
}

/// <summary>The squared difference from the column's mean.</summary>
internal readonly struct DeviationTerm(ArrayView<float> x, ArrayView<double> mean, int columns) : IColumnTerm
{
    private readonly ArrayView<float> _x = x;
    private readonly ArrayView<double> _mean = mean;
    private readonly int _columns = columns;

    public double At(int row, int column)
    {
        double difference = _x[(row * _columns) + column] - _mean[column];
        return difference * difference;
    }
}

/// <summary>The sums of chunks of rows.</summary>
internal readonly struct ChunkTerm(ArrayView<double> sums, int columns) : IColumnTerm
{
    private readonly ArrayView<double> _sums = sums;
    private readonly int _columns = columns;

    public double At(int row, int column) => _sums[(row * _columns) + column];
}

/// <summary>Keeps the sum as it is, which may be that of a chunk.</summary>
internal readonly struct ChunkResult(ArrayView<double> sums) : IColumnResult
{
    private readonly ArrayView<double> _sums = sums;

    public void Write(int column, double sum) => _sums[column] = sum;
}

/// <summary>The sum as a float, or added to what is there.</summary>
internal readonly struct SumResult(ArrayView<float> sums, bool accumulate) : IColumnResult
{
    private readonly ArrayView<float> _sums = sums;
    private readonly int _accumulate = accumulate ? 1 : 0;

    public void Write(int column, double sum) => _sums[column] = _accumulate != 0 ? _sums[column] + (float)sum : (float)sum;
}

/// <summary>The mean, also in double.</summary>
internal readonly struct MeanResult(ArrayView<float> mean, ArrayView<double> exact, int count) : IColumnResult
{
    private readonly ArrayView<float> _mean = mean;
    private readonly ArrayView<double> _exact = exact;
    private readonly int _count = count;

    public void Write(int column, double sum)
    {
        double mean = sum / _count;
        _exact[column] = mean;
        _mean[column] = (float)mean;
    }
}

/// <summary>The mean as a float.</summary>
internal readonly struct QuotientResult(ArrayView<float> quotient, int count) : IColumnResult
{
    private readonly ArrayView<float> _quotient = quotient;
    private readonly int _count = count;

    public void Write(int column, double sum) => _quotient[column] = (float)(sum / _count);
}
