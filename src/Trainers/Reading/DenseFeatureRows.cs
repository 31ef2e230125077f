using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers;

/// <summary>
/// Collects dense rows: as bytes, a quarter of the memory, as long as all values of all rows are pixels in the column's own or one of the usual scalings, bit for bit; else as floats.
/// </summary>
internal sealed class DenseFeatureRows
{
    /// <summary>What bytes may stand for: 0 to 255; and 0 to 1, by a product, as ExtractPixels computes it with a scale of 1/255, and by a quotient.</summary>
    private static readonly float[][] Usual =
    [
        PixelScaling.Raw.Table(),
        [.. Enumerable.Range(0, byte.MaxValue + 1).Select(pixel => pixel * (1 / 255f))],
        PixelScaling.ZeroToOne.Table(),
    ];

    private readonly int _width;
    private readonly float[][] _scalings;
    private readonly RowSpill? _spill;
    private ByteRowsBuilder? _bytes;
    private DenseRowsBuilder? _floats;
    private int _scaling;

    /// <param name="width">Columns of a row.</param>
    /// <param name="keepBytes">Whether rows are kept as bytes at all.</param>
    /// <param name="pixels">The 256 numbers of the column's own scaling; null where it tells none.</param>
    /// <param name="spill">Where rows go that are too many for memory; null for all in memory.</param>
    public DenseFeatureRows(int width, bool keepBytes, float[]? pixels, RowSpill? spill = null)
    {
        _width = width;
        _spill = spill;
        _scalings = pixels is null ? Usual : [pixels, .. Usual];
        if (keepBytes)
        {
            _bytes = new ByteRowsBuilder(width, _scalings[0], spill);
        }
        else
        {
            _floats = new DenseRowsBuilder(width, spill);
        }
    }

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
        while (++_scaling < _scalings.Length)
        {
            var bytes = new ByteRowsBuilder(_width, _scalings[_scaling], _spill);
            if (All(rows, row => bytes.TryAdd(row)))
            {
                _bytes = bytes;
                return;
            }
        }

        var floats = new DenseRowsBuilder(_width, _spill);
        All(rows, row =>
        {
            floats.Add(row);
            return true;
        });
        _floats = floats;
    }

    private bool All(ByteRows rows, Predicate<float[]> adds)
    {
        var row = new float[_width];
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
