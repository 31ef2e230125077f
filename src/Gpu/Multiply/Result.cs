using System.Runtime.CompilerServices;
using ILGPU;

namespace MLNet.GradientTrainers.Kernels.Gpu;

/// <summary>What becomes of a product: what its sums start at, the activation, and where the elements lie.</summary>
internal readonly struct Result<TRule>
    where TRule : struct, IActivationRule
{
    private readonly TRule _rule;
    private readonly ArrayView<float> _output;
    private readonly ArrayView<float> _bias;
    private readonly int _start;
    private readonly int _activates;
    private readonly int _rows;
    private readonly int _columns;
    private readonly int _stride;
    private readonly int _partStride;
    private readonly int _aligned;

    /// <param name="rule">The activation.</param>
    /// <param name="start">What sums start at.</param>
    /// <param name="output">parts × rows × columns of all groups.</param>
    /// <param name="bias">A number for each column of all groups.</param>
    /// <param name="rows">Rows.</param>
    /// <param name="columns">Columns of a group.</param>
    /// <param name="stride">From a row to the next.</param>
    /// <param name="partStride">From a part to the next.</param>
    /// <param name="aligned">1 where the first column of every group lies on a border of 16 bytes in every row.</param>
    public Result(TRule rule, SumStart start, ArrayView<float> output, ArrayView<float> bias, int rows, int columns, int stride, int partStride, int aligned)
    {
        _rule = rule;
        _output = output;
        _bias = bias;
        _start = (int)start;
        _activates = rule is IdentityRule ? 0 : 1;
        _rows = rows;
        _columns = columns;
        _stride = stride;
        _partStride = partStride;
        _aligned = aligned;
    }

    /// <summary>Whether sums start at what is there already.</summary>
    public bool Continues => _start == (int)SumStart.Output;

    /// <summary>Whether there is an activation.</summary>
    public bool Activates => _activates != 0;

    /// <summary>What four sums start at, of each row: the bias, or 0. What is not there is anything.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public F4 Bias(int group, int column)
    {
        if (_start != (int)SumStart.Bias)
        {
            return default;
        }

        int begin = group * _columns;
        return new(_bias[begin + Column(column)], _bias[begin + Column(column + 1)], _bias[begin + Column(column + 2)], _bias[begin + Column(column + 3)]);
    }

    /// <summary>Four elements that are there already. What is not there is anything.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public F4 Read(int part, int group, int row, int column)
    {
        int begin = Index(part, group, Math.Min(row, _rows - 1), 0);
        return new(_output[begin + Column(column)], _output[begin + Column(column + 1)], _output[begin + Column(column + 2)], _output[begin + Column(column + 3)]);
    }

    /// <summary>Writes those of four sums of a row that are there.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Write(int part, int group, int row, int column, F4 sums)
    {
        int left = row < _rows ? _columns - column : 0;
        int i = Index(part, group, row, column);
        if (_aligned != 0 && left >= 4)
        {
            Fours.Of(_output)[i >> 2] = sums;
            return;
        }

        if (left > 0)
        {
            _output[i] = sums.X;
        }

        if (left > 1)
        {
            _output[i + 1] = sums.Y;
        }

        if (left > 2)
        {
            _output[i + 2] = sums.Z;
        }

        if (left > 3)
        {
            _output[i + 3] = sums.W;
        }
    }

    /// <summary>Applies the activation to four elements of a row that this thread has written.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Activate(int part, int group, int row, int column)
    {
        F4 sums = Read(part, group, row, column);
        Write(part, group, row, column, new(Activate(sums.X), Activate(sums.Y), Activate(sums.Z), Activate(sums.W)));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private float Activate(float sum) => _rule.Forward(new GpuLane(sum)).Value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int Index(int part, int group, int row, int column) => (part * _partStride) + (group * _columns) + (row * _stride) + column;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int Column(int column) => Math.Min(column, _columns - 1);
}
