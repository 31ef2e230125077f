namespace MLNet.GradientTrainers.Kernels;

/// <summary>
/// One direction of a correlation: result t reads the source at t · Stride + First + k · Step for the taps k in [0, Taps). What lies outside the source is 0.
/// </summary>
/// <param name="Results">Number of results.</param>
/// <param name="Stride">Source elements from one result to the next.</param>
/// <param name="Taps">Source elements that a result reads; may be 0.</param>
/// <param name="First">The first one of result 0; may be negative.</param>
/// <param name="Step">Source elements from one tap to the next.</param>
internal readonly record struct Axis(int Results, int Stride, int Taps, int First, int Step)
{
    /// <summary>Source elements from the first to the last that some results in a row read.</summary>
    public int Extent(int results) => Taps == 0 ? 0 : ((results - 1) * Stride) + ((Taps - 1) * Step) + 1;

    /// <summary>Whether all that is read lies in the source.</summary>
    public bool Inside(int length) => Taps == 0 || (First >= 0 && First + Extent(Results) <= length);

    /// <summary>The taps of a result that lie in the source: [Start, End).</summary>
    public (int Start, int End) Clip(int result, int length)
    {
        int first = (result * Stride) + First;
        int start = first >= 0 ? 0 : Math.Min(Taps, (Step - 1 - first) / Step);
        int end = first >= length ? 0 : Math.Min(Taps, ((length - 1 - first) / Step) + 1);
        return (start, Math.Max(start, end));
    }
}

/// <summary>
/// A sum over taps and channels for every pixel of a result: the forward pass of a convolution, and one phase of its input gradient. Distances are in elements.
/// </summary>
internal unsafe struct Correlation
{
    /// <summary>Images [height, width, channels].</summary>
    public float* Source;

    /// <summary>Rows of the source.</summary>
    public int Height;

    /// <summary>Columns of the source.</summary>
    public int Width;

    /// <summary>Channels of the source.</summary>
    public int Channels;

    /// <summary>Along the rows.</summary>
    public Axis Vertical;

    /// <summary>Along the columns.</summary>
    public Axis Horizontal;

    /// <summary>For each group panels of [taps · channels of a group, panel width], ascending in both directions.</summary>
    public float* Weights;

    /// <summary>What the sums start from, one a channel of the result; null for 0.</summary>
    public float* Bias;

    /// <summary>The result at pixel (0, 0) of sample 0.</summary>
    public float* Result;

    /// <summary>Distance of the result's samples.</summary>
    public nint ResultSample;

    /// <summary>Distance of its rows.</summary>
    public nint ResultRow;

    /// <summary>Distance of its columns.</summary>
    public nint ResultColumn;

    /// <summary>Channels of a group of the result.</summary>
    public int ResultChannels;

    /// <summary>Groups, each of which sees its own channels only.</summary>
    public int Groups;

    /// <summary>Samples.</summary>
    public int Samples;

    /// <summary>Source channels of a group.</summary>
    public readonly int Depth => Channels / Groups;

    /// <summary>Whether the source is read where it lies: no row leaves it at its ends. Rows above and below it are never read.</summary>
    public readonly bool Direct => Vertical.Taps == 0 || Horizontal.Inside(Width);

    /// <summary>Distance of the rows that are read: of the source, or of a strip with zeros at its ends.</summary>
    public readonly nint SourceRow => (nint)(Direct ? Width : Horizontal.Extent(Horizontal.Results)) * Channels;

    /// <summary>Whether neighbouring taps lie side by side, so that a run holds a whole row of them.</summary>
    public readonly bool Contiguous => Groups == 1 && Horizontal.Step == 1;

    /// <summary>Number of runs of a row of taps.</summary>
    public readonly int RowRuns => Contiguous ? Math.Min(Horizontal.Taps, 1) : Horizontal.Taps;

    /// <summary>Number of runs of a sum.</summary>
    public readonly int Runs => Vertical.Taps * RowRuns;

    /// <summary>Elements of a run.</summary>
    public readonly int RunLength => Contiguous ? Horizontal.Taps * Depth : Depth;

    /// <summary>Products of a sum.</summary>
    public readonly int K => Vertical.Taps * Horizontal.Taps * Depth;

    /// <summary>Writes where the runs begin, counted from a result's first tap, and their places in the order of the sum.</summary>
    public readonly void Places(nint* runs, nint* runRows)
    {
        for (int run = 0; run < Runs; run++)
        {
            runs[run] = (run / RowRuns * Vertical.Step * SourceRow) + ((nint)(run % RowRuns) * Horizontal.Step * Channels);
            runRows[run] = (nint)run * RunLength;
        }
    }

    /// <summary>Copies the source rows that results [row, row + rows) read, with zeros at their ends. Rows outside the source are left as they are.</summary>
    /// <param name="sample">Index of the sample.</param>
    /// <param name="row">First row of the result.</param>
    /// <param name="rows">Number of rows.</param>
    /// <param name="strip">Receives Vertical.Extent(rows) × <see cref="SourceRow"/> elements.</param>
    public readonly void Fill(int sample, int row, int rows, float* strip)
    {
        int width = Horizontal.Extent(Horizontal.Results);
        int left = Math.Clamp(-Horizontal.First, 0, width);
        int first = Math.Max(0, Horizontal.First);
        int columns = Math.Max(0, Math.Min(Width - first, width - left));
        int extent = Vertical.Extent(rows);
        float* source = Source + ((nint)sample * Height * Width * Channels);
        for (int r = 0; r < extent; r++, strip += SourceRow)
        {
            int y = (row * Vertical.Stride) + Vertical.First + r;
            if ((uint)y < (uint)Height)
            {
                Span<float> target = new(strip, width * Channels);
                target[..(left * Channels)].Clear();
                new Span<float>(source + ((((nint)y * Width) + first) * Channels), columns * Channels).CopyTo(target[(left * Channels)..]);
                target[((left + columns) * Channels)..].Clear();
            }
        }
    }
}
