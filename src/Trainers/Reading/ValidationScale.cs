using System.Globalization;
using System.Numerics;
using Microsoft.ML.Data;

namespace MLNet.GradientTrainers;

/// <summary>
/// Judges whether validation rows are scaled otherwise than the training rows: with most values of a feature far outside the range that it has there, or with most features tiny beside
/// their size there. It is told by most values, so that a few outliers or rare features are no alarm.
/// </summary>
/// <param name="training">The training rows, all of them.</param>
internal sealed class ValidationScale(FeatureRanges training)
{
    /// <summary>Fewer rows may lie anywhere by chance.</summary>
    private const int FewestTrainingRows = 20;

    private const int FewestRows = 10;

    /// <summary>Values are far outside beyond the training range by so many times its length.</summary>
    private const float Margin = 1;

    /// <summary>A feature is tiny when its largest magnitude is below this share of the mean magnitude in training.</summary>
    private const double Tiny = 0.2;

    private readonly FeatureRanges _own = new(training.Width);
    private readonly int[] _outside = new int[training.Width];
    private readonly float[] _lowest = [.. Enumerable.Range(0, training.Width).Select(j => training.Smallest(j) - MarginOf(training, j))];
    private readonly float[] _highest = [.. Enumerable.Range(0, training.Width).Select(j => training.Largest(j) + MarginOf(training, j))];

    public void Add(in VBuffer<float> row)
    {
        _own.Add(row);
        var values = row.GetValues();
        int i = 0;
        if (row.IsDense)
        {
            for (; i + Vector<float>.Count <= values.Length; i += Vector<float>.Count)
            {
                // A comparison that holds is −1.
                var value = new Vector<float>(values[i..]);
                var outside = Vector.LessThan(value, new Vector<float>(_lowest, i)) | Vector.GreaterThan(value, new Vector<float>(_highest, i));
                (new Vector<int>(_outside, i) - outside).CopyTo(_outside, i);
            }
        }

        var indices = row.IsDense ? [] : row.GetIndices();
        for (; i < values.Length; i++)
        {
            int j = row.IsDense ? i : indices[i];
            if (values[i] < _lowest[j] || values[i] > _highest[j])
            {
                _outside[j]++;
            }
        }
    }

    private static float MarginOf(FeatureRanges training, int feature) => Margin * (training.Largest(feature) - training.Smallest(feature));

    /// <summary>What differs and the mend; null when nothing does.</summary>
    /// <param name="column">The features' name.</param>
    public string? Advice(string column)
    {
        if (training.Rows < FewestTrainingRows || _own.Rows < FewestRows)
        {
            return null;
        }

        int varying = 0;
        int outside = 0;
        int tiny = 0;
        int example = -1;
        for (int j = 0; j < training.Width; j++)
        {
            if (!training.Varies(j))
            {
                continue;
            }

            varying++;
            bool isOutside = 2 * _outside[j] > _own.Rows;
            bool isTiny = _own.MeanSize(j) > 0 && Math.Max(Math.Abs(_own.Smallest(j)), Math.Abs(_own.Largest(j))) < Tiny * training.MeanSize(j);
            outside += isOutside ? 1 : 0;
            tiny += isTiny ? 1 : 0;
            example = example < 0 && (isOutside || isTiny) ? j : example;
        }

        return outside > 0 || 2 * tiny > varying
            ? string.Create(
                CultureInfo.InvariantCulture,
                $"The validation rows are scaled otherwise than the training rows: {outside + tiny} of {varying} features in '{column}' lie elsewhere, for example feature {example} (counted from 0) in {_own.Smallest(example):G4} … {_own.Largest(example):G4}, in the training rows in {training.Smallest(example):G4} … {training.Largest(example):G4}. What is measured on them is not the model's quality. Fit the transforms on the training rows, and transform both with them: var scaled = pipeline.Fit(train); trainer.Fit(scaled.Transform(train), scaled.Transform(validation)).")
            : null;
    }
}
