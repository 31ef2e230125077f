using System.Globalization;
using Microsoft.ML.Data;
using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers;

/// <summary>
/// Feature rows that are scored together: kept sparse where the first of them is so, with few values, and the model is faster so; else dense. The scores are the same bits
/// either way.
/// </summary>
internal sealed class FeatureBlock
{
    /// <summary>Values of a block, stored zeros included.</summary>
    private const int LargestElements = 1 << 20;

    private readonly ScoringBindings _bindings;
    private readonly IRowScorer _scorer;
    private readonly int _width;
    private readonly int _largestRows;
    private readonly int _denseRows;
    private SparseBatch<float>? _sparse;
    private float[] _dense = [];
    private int[] _columns = [];
    private float[] _values = [];
    private bool _isSparse;

    /// <param name="bindings">The model and its feature column.</param>
    /// <param name="largestRows">The most rows of a block, at least 1.</param>
    public FeatureBlock(ScoringBindings bindings, int largestRows)
    {
        _bindings = bindings;
        _scorer = bindings.Scorer;
        _width = bindings.Scorer.InputSize;
        _largestRows = largestRows;
        _denseRows = Math.Clamp(LargestElements / _width, 1, largestRows);
    }

    /// <summary>Rows that have been added.</summary>
    public int Count { get; private set; }

    /// <summary>Whether the rows have to be scored before another one is added.</summary>
    public bool IsFull => _isSparse ? Count == _largestRows || _sparse!.StoredValues >= LargestElements : Count == _denseRows;

    /// <summary>Adds a row.</summary>
    /// <exception cref="InvalidOperationException">It has another number of values than the rows that the model was trained on.</exception>
    public void Add(in VBuffer<float> row)
    {
        if (row.Length != _width)
        {
            throw new InvalidOperationException(string.Create(
                CultureInfo.InvariantCulture, $"A row's features '{_bindings.Features.Name}' have {row.Length} values, but the model was trained on {_width}."));
        }

        if (Count == 0)
        {
            _isSparse = !row.IsDense && _scorer.PrefersSparse(row.GetValues().Length);
        }

        if (!_isSparse)
        {
            AddDense(row);
        }
        else if (row.IsDense)
        {
            AddNonzeros(row.GetValues());
        }
        else
        {
            (_sparse ??= new SparseBatch<float>(_width)).Add(row.GetIndices(), row.GetValues());
        }

        Count++;
    }

    /// <summary>Computes the scores of the rows, and makes room for others, also where it fails.</summary>
    public void Score(Span<float> scores)
    {
        int count = Count;
        Count = 0;
        if (!_isSparse)
        {
            _scorer.Score(_dense.AsSpan(0, count * _width), count, scores[..(count * _scorer.OutputSize)]);
            return;
        }

        try
        {
            _scorer.Score(_sparse!, scores[..(count * _scorer.OutputSize)]);
        }
        finally
        {
            _sparse!.Clear();
        }
    }

    /// <summary>Forgets rows that were added and not scored.</summary>
    public void Clear()
    {
        Count = 0;
        _sparse?.Clear();
    }

    private void AddDense(in VBuffer<float> row)
    {
        if (_dense.Length == 0)
        {
            _dense = new float[_denseRows * _width];
        }

        row.CopyTo(_dense.AsSpan(Count * _width, _width));
    }

    /// <summary>A dense row among sparse ones.</summary>
    private void AddNonzeros(ReadOnlySpan<float> row)
    {
        if (_columns.Length == 0)
        {
            (_columns, _values) = (new int[_width], new float[_width]);
        }

        int n = 0;
        for (int i = 0; i < row.Length; i++)
        {
            if (row[i] != 0)
            {
                (_columns[n], _values[n]) = (i, row[i]);
                n++;
            }
        }

        _sparse!.Add(_columns.AsSpan(0, n), _values.AsSpan(0, n));
    }
}
