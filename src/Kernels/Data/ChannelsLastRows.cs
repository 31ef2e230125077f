using System.Buffers;

namespace MLNet.GradientTrainers.Kernels;

/// <summary>Images that are stored as [height, width, channels] (interleaved, as most image files are), read as the [channels, height, width] that networks take.</summary>
public sealed class ChannelsLastRows : IEpochRowSource
{
    private readonly IRowSource<float> _source;
    private readonly TensorShape _shape;

    /// <summary>Wraps images.</summary>
    /// <param name="source">Rows of [height, width, channels] numbers.</param>
    /// <param name="shape">What they are read as: [channels, height, width].</param>
    /// <exception cref="ArgumentException">The shape is no image's, or not that of the rows.</exception>
    public ChannelsLastRows(IRowSource<float> source, TensorShape shape)
    {
        ImageRows.Check(source, shape);
        _source = source;
        _shape = shape;
    }

    /// <inheritdoc/>
    public int Count => _source.Count;

    /// <inheritdoc/>
    public int Width => _source.Width;

    /// <summary>The rows as they are stored, [pixels, channels], and the number of channels.</summary>
    internal (IRowSource<float> Rows, int Channels) Stored => (_source, _shape.Dimensions[0]);

    /// <inheritdoc/>
    public void Read(ReadOnlySpan<int> rows, Span<float> destination)
    {
        RowSources.CheckDestination(rows.Length, Width, destination.Length);
        int channels = _shape[0];
        int pixels = _shape[1] * _shape[2];
        float[] buffer = ArrayPool<float>.Shared.Rent(Width);
        Span<float> image = buffer.AsSpan(0, Width);
        for (int i = 0; i < rows.Length; i++)
        {
            _source.Read(rows.Slice(i, 1), image);
            Span<float> target = destination.Slice(i * Width, Width);
            for (int channel = 0; channel < channels; channel++)
            {
                for (int pixel = 0; pixel < pixels; pixel++)
                {
                    target[(channel * pixels) + pixel] = image[(pixel * channels) + channel];
                }
            }
        }

        ArrayPool<float>.Shared.Return(buffer);
    }

    /// <inheritdoc/>
    public IRowSource<float> ForEpoch(int epoch)
    {
        IRowSource<float> source = ImageRows.ForEpoch(_source, epoch);
        return ReferenceEquals(source, _source) ? this : new ChannelsLastRows(source, _shape);
    }
}
