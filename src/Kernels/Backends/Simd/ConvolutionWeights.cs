using System.Runtime.CompilerServices;

namespace MLNet.GradientTrainers.Kernels;

public sealed unsafe partial class SimdBackend
{
    /// <summary>Elements of strips and output gradients that are worked on at once: they stay in the second-level cache while every weight passes over them.</summary>
    private const int ChunkElements = 160 * 1024;

    /// <inheritdoc/>
    public void ConvolutionWeightGradient(in ConvolutionShape shape, Tensor<float> input, Tensor<float> outputGradient, Tensor<float> weightGradient, int rows)
    {
        Shapes.ConvolutionWeightGradient(shape, input, outputGradient, weightGradient, rows);
        if (rows == 0)
        {
            Fill(weightGradient, 0);
        }
        else if (IsPointwise(shape))
        {
            MatMul(input, true, outputGradient, false, weightGradient, shape.Channels, shape.Filters, rows * shape.Height * shape.Width);
        }
        else if (IsDepthwise(shape))
        {
            DepthwiseWeightGradientJob job = new(shape, Pointer(input), Pointer(outputGradient), Pointer(weightGradient), rows);
            Run(ref job, shape.Kernel.Height * shape.Kernel.Width, Work(shape, rows), 1);
        }
        else
        {
            switch (_direct ? ConvolutionAlgorithm.Direct : ConvolutionAlgorithms.OfWeights(shape, rows))
            {
                case ConvolutionAlgorithm.Winograd4x3:
                    WinogradWeightGradient<MicroKernel.Four>(shape, Pointer(input), Pointer(outputGradient), Pointer(weightGradient), rows);
                    break;
                case ConvolutionAlgorithm.Winograd2x5:
                    WinogradWeightGradient<MicroKernel.Two>(shape, Pointer(input), Pointer(outputGradient), Pointer(weightGradient), rows);
                    break;
                default:
                    WeightGradient(shape, Forward(shape, Pointer(input), rows), Pointer(outputGradient), Pointer(weightGradient));
                    break;
            }
        }

        GC.KeepAlive(input.Buffer);
        GC.KeepAlive(outputGradient.Buffer);
        GC.KeepAlive(weightGradient.Buffer);
    }

    /// <summary>
    /// Goes over the batch chunk by chunk: strips of the chunk's images are made by all threads, then all threads take tiles of the weights. Every weight's
    /// sum goes on where the chunk before left it.
    /// </summary>
    private void WeightGradient(in ConvolutionShape shape, in Correlation images, float* outputGradient, float* weightGradient)
    {
        int parts = Work(shape, images.Samples) < SerialProduct ? 1 : _team.Size;
        int height = images.Vertical.Results;
        long rowElements = (images.Direct ? 0 : images.Vertical.Stride * images.SourceRow) + ((long)images.Horizontal.Results * shape.Filters);
        int blockRows = (int)Math.Clamp(ChunkElements / rowElements, 1, height);
        int samples = blockRows < height ? 1 : (int)Math.Clamp(ChunkElements / (rowElements * height), 1, images.Samples);
        long strip = images.Direct ? 0 : Lined(images.Vertical.Extent(blockRows) * images.SourceRow);
        long runs = Lined(4L * images.Vertical.Taps * samples * blockRows);
        long counts = Lined(images.Vertical.Taps);
        long places = Lined(4L * images.Runs);
        float* scratch = _scratch.Reserve(runs + counts + places + (samples * strip));
        WeightGradientChunk chunk = new()
        {
            Shape = shape,
            Images = images,
            OutputGradient = outputGradient,
            WeightGradient = weightGradient,
            Runs = (nint*)scratch,
            RunCounts = (int*)(scratch + runs),
            Places = (nint*)(scratch + runs + counts),
            Strips = scratch + runs + counts + places,
            StripLength = (nint)strip,
        };
        images.Places(chunk.Places, chunk.Places + images.Runs);
        for (int sample = 0; sample < images.Samples; sample += samples)
        {
            for (int row = 0; row < height; row += blockRows)
            {
                chunk.Sample = sample;
                chunk.Samples = Math.Min(samples, images.Samples - sample);
                chunk.Row = row;
                chunk.Rows = Math.Min(blockRows, height - row);
                chunk.Prepare();
                if (!images.Direct)
                {
                    StripsJob strips = new(chunk);
                    Run(ref strips, chunk.Samples, parts == 1 ? 0 : chunk.Samples * strip, 1);
                }

                WeightGradientJob job = new(chunk, PanelWidth);
                RunParts(ref job, parts);
            }
        }
    }

    private readonly struct StripsJob(WeightGradientChunk chunk) : IRangeJob
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        public void Run<TLane>(int start, int end)
            where TLane : struct, ISimdLane<TLane>
        {
            for (int n = start; n < end; n++)
            {
                chunk.Images.Fill(chunk.Sample + n, chunk.Row, chunk.Rows, chunk.Strips + (n * chunk.StripLength));
            }
        }
    }
}

/// <summary>Some rows of the output's gradient, of one sample or all of several ones, and what the weights' gradient needs of the images there.</summary>
internal unsafe struct WeightGradientChunk
{
    public ConvolutionShape Shape;
    public Correlation Images;
    public float* OutputGradient;
    public float* WeightGradient;

    /// <summary>For each row of taps: where the rows of pixels begin in <see cref="Source"/> for which that row of taps lies in the image, and behind them their first pixels.</summary>
    public nint* Runs;

    /// <summary>For each row of taps: how many these are.</summary>
    public int* RunCounts;

    /// <summary>Where the taps lie, counted from there.</summary>
    public nint* Places;
    public float* Strips;
    public nint StripLength;
    public int Sample;
    public int Samples;
    public int Row;
    public int Rows;

    /// <summary>The images, or their strips.</summary>
    public readonly float* Source => Images.Direct ? Images.Source : Strips;

    /// <summary>Whether the sums begin here.</summary>
    public readonly bool First => Sample == 0 && Row == 0;

    /// <summary>Room for the runs of a row of taps.</summary>
    public readonly int RunRoom => Samples * Rows;

    /// <summary>Writes <see cref="Runs"/> and <see cref="RunCounts"/>.</summary>
    public readonly void Prepare()
    {
        new Span<int>(RunCounts, Images.Vertical.Taps).Clear();
        for (int row = 0; row < RunRoom; row++)
        {
            int sample = row / Rows;
            int y = row % Rows;
            nint place = Images.Direct
                ? (((((nint)(Sample + sample) * Images.Height) + ((Row + y) * Images.Vertical.Stride) + Images.Vertical.First) * Images.Width) + Images.Horizontal.First) * Images.Channels
                : (sample * StripLength) + (y * Images.Vertical.Stride * Images.SourceRow);
            (int start, int end) = Images.Vertical.Clip(Row + y, Images.Height);
            for (int tap = start; tap < end; tap++)
            {
                nint* runs = Runs + (2 * (nint)tap * RunRoom) + RunCounts[tap]++;
                runs[0] = place;
                runs[RunRoom] = (nint)row * Images.Horizontal.Results;
            }
        }
    }
}

/// <summary>Adds a chunk to the weights' gradient: tiles of weights, taken from a counter.</summary>
internal unsafe struct WeightGradientJob : IVectorJob
{
    private readonly WeightGradientChunk _chunk;
    private readonly int _panelWidth;
    private int _next;

    public WeightGradientJob(in WeightGradientChunk chunk, int panelWidth)
    {
        _chunk = chunk;
        _panelWidth = panelWidth;
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public void Run<TLane>(int part, int parts)
        where TLane : struct, ISimdLane<TLane>
    {
        float* zeros = stackalloc float[MicroKernel.Vectors * Lanes.Virtual];
        float* narrow = stackalloc float[MicroKernel.LargestRows * MicroKernel.Vectors * Lanes.Virtual];
        Correlation images = _chunk.Images;
        int filters = _chunk.Shape.Filters;
        int groupFilters = _chunk.Shape.GroupFilters;
        int length = images.RunLength;
        int tiles = ((length - 1) / MicroKernel.Rows<TLane>()) + 1;
        int panels = ((groupFilters - 1) / _panelWidth) + 1;
        int tasks = images.Groups * images.Runs * tiles * panels;
        long pixel = ((((long)_chunk.Sample * images.Vertical.Results) + _chunk.Row) * images.Horizontal.Results) * filters;
        for (int task = Interlocked.Increment(ref _next) - 1; task < tasks; task = Interlocked.Increment(ref _next) - 1)
        {
            int index = task % tiles;
            int run = task / tiles % images.Runs;
            int column = task / tiles / images.Runs % panels * _panelWidth;
            int group = task / tiles / images.Runs / panels;
            int row = (int)((long)length * index / tiles);
            int rows = (int)((long)length * (index + 1) / tiles) - row;
            int columns = Math.Min(_panelWidth, groupFilters - column);
            int channel = (group * groupFilters) + column;
            int width = columns <= TLane.Count ? TLane.Count : _panelWidth;
            int tap = run / images.RowRuns;
            nint* runs = _chunk.Runs + (2 * (nint)tap * _chunk.RunRoom);
            float* target = _chunk.WeightGradient + ((((nint)run * length) + row) * filters) + channel;
            ConvolutionTile tile = new()
            {
                A = _chunk.Source + _chunk.Places[run] + (group * images.Depth) + row,
                ARow = 1,
                AStep = (nint)images.Horizontal.Stride * images.Channels,
                Runs = runs,
                RunRows = runs + _chunk.RunRoom,
                RunCount = _chunk.RunCounts[tap],
                RunLength = images.Horizontal.Results,
                B = _chunk.OutputGradient + pixel + channel,
                BStep = filters,
                Init = _chunk.First ? zeros : target,
                InitRow = _chunk.First ? 0 : filters,
                C = columns < width ? narrow : target,
                CRow = columns < width ? width : filters,
            };
            if (columns <= TLane.Count)
            {
                ConvolutionKernel.Run<TLane, MicroKernel.One>(rows, tile);
            }
            else
            {
                ConvolutionKernel.Run<TLane, MicroKernel.Two>(rows, tile);
            }

            for (int i = 0; i < rows && columns < width; i++)
            {
                for (int j = 0; j < columns; j += TLane.Count)
                {
                    Lanes.Store(TLane.Load(narrow + (i * width) + j), target + ((nint)i * filters) + j, columns - j);
                }
            }
        }
    }
}
