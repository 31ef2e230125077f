using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers;

/// <summary>
/// Collects dense rows: as bytes, a quarter of the memory, as long as all values of all rows are pixels in one of the usual scalings, bit for bit; else as floats.
/// </summary>
/// <param name="width">Columns of a row.</param>
/// <param name="keepBytes">Whether rows are kept as bytes at all.</param>
internal sealed class DenseFeatureRows(int width, bool keepBytes)
{
    /// <summary>What bytes may stand for: 0 to 255; 0 to 1 as ExtractPixels computes it with a scale of 1/255; and as <see cref="PixelScaling"/> does.</summary>
    private static readonly float[][] Scalings =
    [
        PixelScaling.Raw.Table(),
        [.. Enumerable.Range(0, byte.MaxValue + 1).Select(pixel => pixel * (1 / 255f))],
        PixelScaling.ZeroToOne.Table(),
        PixelScaling.Mnist.Table(),
    ];

    private ByteRowsBuilder? _bytes = keepBytes ? new(width, Scalings[0]) : null;
    private DenseRowsBuilder? _floats = keepBytes ? null : new(width);
    private int _scaling;

    public void Add(ReadOnlySpan<float> row)
    {
        while (_bytes is not null)
        {
            if (_bytes.TryAdd(row))
            {
                return;
            }

            ChangeForm(_bytes.Build());
        }

        _floats!.Add(row);
    }

    public IRowSource<float> Build() => _bytes is not null ? _bytes.Build() : _floats!.Build();

    /// <summary>Goes over to the next scaling that all rows so far are in, as black images tell none; after the last one to floats.</summary>
    private void ChangeForm(ByteRows rows)
    {
        _bytes = null;
        while (++_scaling < Scalings.Length)
        {
            var bytes = new ByteRowsBuilder(width, Scalings[_scaling]);
            if (All(rows, row => bytes.TryAdd(row)))
            {
                _bytes = bytes;
                return;
            }
        }

        var floats = new DenseRowsBuilder(width);
        All(rows, row =>
        {
            floats.Add(row);
            return true;
        });
        _floats = floats;
    }

    private bool All(ByteRows rows, Predicate<float[]> adds)
    {
        var row = new float[width];
        for (int i = 0; i < rows.Count; i++)
        {
            rows.Read([i], row);
            if (!adds(row))
            {
                return false;
            }
        }

        return true;
    }
}
