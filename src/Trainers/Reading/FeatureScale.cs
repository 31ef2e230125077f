using Microsoft.ML.Data;

namespace MLNet.GradientTrainers;

/// <summary>Judges from the first rows whether features were normalised: standardised or [0, 1] features have a root mean square of about 1 or less.</summary>
internal sealed class FeatureScale(int width)
{
    private const int SampledRows = 1000;
    private const double LargestUsual = 10;

    private readonly double[] _squares = new double[width];
    private int _rows;

    /// <summary>Root mean square of the feature with the largest one.</summary>
    public double Largest => _rows == 0 ? 0 : Math.Sqrt(_squares.Max() / _rows);

    public bool LooksUnnormalized => Largest > LargestUsual;

    public void Add(in VBuffer<float> row)
    {
        if (_rows >= SampledRows)
        {
            return;
        }

        _rows++;
        var values = row.GetValues();
        if (row.IsDense)
        {
            for (int i = 0; i < values.Length; i++)
            {
                _squares[i] += (double)values[i] * values[i];
            }
        }
        else
        {
            var indices = row.GetIndices();
            for (int i = 0; i < values.Length; i++)
            {
                _squares[indices[i]] += (double)values[i] * values[i];
            }
        }
    }
}
