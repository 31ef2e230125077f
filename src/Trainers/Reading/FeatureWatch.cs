using Microsoft.ML.Data;

namespace MLNet.GradientTrainers;

/// <summary>Looks at the features of a fit while its rows are read, the training rows first, then the validation rows: for what is worth a warning.</summary>
/// <param name="column">The features' name.</param>
internal sealed class FeatureWatch(string column)
{
    private FeatureScale? _scale;
    private FeatureRanges? _ranges;
    private ValidationScale? _validation;

    /// <summary>What of the training rows looks unnormalised, and the call that mends it; null when nothing does.</summary>
    public (string Problem, string Call)? Unnormalized => _scale?.Judge(column);

    /// <summary>A simpler mend, as a sentence; null for a trainer that has none.</summary>
    public string? Mend { get; set; }

    /// <summary>Whether any feature varies from training row to training row.</summary>
    public bool Vary => _ranges is { } ranges && Enumerable.Range(0, ranges.Width).Any(ranges.Varies);

    /// <summary>The call that normalises training rows; null before any were read.</summary>
    public string? NormalizingCall => _scale is null ? null : $"mlContext.Transforms.{_scale.Call(column)}";

    /// <summary>Whether training rows have been read, or are being read.</summary>
    public bool HasBegun => _ranges is not null;

    /// <summary>Whether the validation rows are scaled otherwise than the training rows.</summary>
    public bool DiffersInValidation { get; private set; }

    /// <summary>The next rows are training rows the first time, then validation rows.</summary>
    public void Begin(int width)
    {
        if (_ranges is null)
        {
            _scale = new FeatureScale(width);
            _ranges = new FeatureRanges(width);
        }
        else
        {
            _validation = new ValidationScale(_ranges);
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
        _ranges!.Add(row);
    }

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
}
