using System.Numerics;
using Microsoft.ML.Data;
using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers;

/// <summary>Looks at the features of a fit while its rows are read, the training rows first, then the validation rows: for what is worth a warning.</summary>
/// <param name="column">The features' name.</param>
internal sealed class FeatureWatch(string column)
{
    private FeatureScale? _scale;
    private FeatureRanges? _ranges;
    private IRowSource<float>? _rows;
    private Vector<float> _largest;
    private float _largestOfRest;
    private ValidationScale? _validation;

    /// <summary>What of the training rows looks unnormalised, and the call that mends it; null when nothing does.</summary>
    public (string Problem, string Call)? Unnormalized => _scale?.Judge(column);

    /// <summary>A simpler mend, as a sentence; null for a trainer that has none.</summary>
    public string? Mend { get; set; }

    /// <summary>The largest magnitude of a training row's feature; 0 before there are any.</summary>
    public float LargestMagnitude
    {
        get
        {
            float largest = _largestOfRest;
            for (int i = 0; i < Vector<float>.Count; i++)
            {
                largest = Math.Max(largest, _largest[i]);
            }

            return largest;
        }
    }

    /// <summary>Whether any feature varies from training row to training row.</summary>
    public bool Vary => Ranges is { } ranges && Enumerable.Range(0, ranges.Width).Any(ranges.Varies);

    /// <summary>The call that normalises training rows; null before any were read.</summary>
    public string? NormalizingCall => _scale is null ? null : $"mlContext.Transforms.{_scale.Call(column)}";

    /// <summary>Whether training rows have been read, or are being read.</summary>
    public bool HasBegun => _scale is not null;

    /// <summary>Whether the validation rows are scaled otherwise than the training rows.</summary>
    public bool DiffersInValidation { get; private set; }

    /// <summary>The ranges of the training rows, which few fits ask for; null before there are any.</summary>
    private FeatureRanges? Ranges => _ranges ??= _rows is null ? null : FeatureRanges.Of(_rows);

    /// <summary>The next rows are training rows the first time, then validation rows.</summary>
    /// <param name="width">Columns of a row.</param>
    public void Begin(int width)
    {
        if (!HasBegun)
        {
            _scale = new FeatureScale(width);
        }
        else
        {
            _validation = new ValidationScale(Ranges ?? new FeatureRanges(width));
        }
    }

    public void Add(in VBuffer<float> row)
    {
        if (_validation is not null)
        {
            _validation.Add(row);
            return;
        }

        _scale!.Add(row);
        Enlarge(row.GetValues());
    }

    /// <summary>Takes the rows that were added, as they are kept.</summary>
    public void End(IRowSource<float> rows) => _rows ??= rows;

    /// <summary>The warning of the rows that were read last; null for none.</summary>
    /// <param name="adviseScaling">Whether to warn of training rows that look unnormalised.</param>
    public string? Advice(bool adviseScaling)
    {
        if (_validation is not null)
        {
            var advice = _validation.Advice(column);
            DiffersInValidation = advice is not null;
            return advice;
        }

        return adviseScaling && Unnormalized is var (problem, call)
            ? $"The features in '{column}' look unnormalised: {problem}. Training is faster and more stable after mlContext.Transforms.{call}.{(Mend is null ? "" : $" {Mend}")}"
            : null;
    }

    private void Enlarge(ReadOnlySpan<float> values)
    {
        var largest = _largest;
        int i = 0;
        for (; i + Vector<float>.Count <= values.Length; i += Vector<float>.Count)
        {
            largest = Vector.Max(largest, Vector.Abs(new Vector<float>(values[i..])));
        }

        _largest = largest;
        for (; i < values.Length; i++)
        {
            _largestOfRest = Math.Max(_largestOfRest, Math.Abs(values[i]));
        }
    }
}
