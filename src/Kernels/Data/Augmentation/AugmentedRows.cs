using System.Buffers;

namespace MLNet.GradientTrainers.Kernels;

/// <summary>
/// Images that training sees changed at random. An image's changes are a function of (seed, epoch, row): the same for any number of threads, any batch size and any order.
/// </summary>
public sealed class AugmentedRows : IEpochRowSource
{
    private readonly IRowSource<float> _source;
    private readonly TensorShape _shape;
    private readonly ImageAugmentation _augmentation;
    private readonly ulong _seed;

    /// <summary>Wraps images.</summary>
    /// <param name="source">Rows of [channels, height, width] numbers.</param>
    /// <param name="shape">That shape.</param>
    /// <param name="augmentation">What is done.</param>
    /// <param name="seed">Equal seeds change equally.</param>
    /// <exception cref="ArgumentException">The shape is no image's, or not that of the rows, or a setting is out of its range.</exception>
    public AugmentedRows(IRowSource<float> source, TensorShape shape, ImageAugmentation augmentation, ulong seed)
    {
        ArgumentNullException.ThrowIfNull(augmentation);
        augmentation.Validate();
        ImageRows.Check(source, shape);
        _source = source;
        _shape = shape;
        _augmentation = augmentation;
        _seed = seed;
    }

    /// <inheritdoc/>
    public int Count => _source.Count;

    /// <inheritdoc/>
    public int Width => _source.Width;

    /// <summary>The images as they are.</summary>
    internal IRowSource<float> Source => _source;

    /// <summary>Reads the images as they are.</summary>
    /// <inheritdoc/>
    public void Read(ReadOnlySpan<int> rows, Span<float> destination) => _source.Read(rows, destination);

    /// <inheritdoc/>
    public IRowSource<float> ForEpoch(int epoch) =>
        new Epoch(ImageRows.ForEpoch(_source, epoch), _shape, _augmentation, RandomKey.Derive(_seed, (ulong)epoch));

    private sealed class Epoch(IRowSource<float> source, TensorShape shape, ImageAugmentation augmentation, ulong key) : IRowSource<float>
    {
        public int Count => source.Count;

        public int Width => source.Width;

        public void Read(ReadOnlySpan<int> rows, Span<float> destination)
        {
            RowSources.CheckDestination(rows.Length, Width, destination.Length);
            float[] buffer = ArrayPool<float>.Shared.Rent(Width);
            Span<float> image = buffer.AsSpan(0, Width);
            for (int i = 0; i < rows.Length; i++)
            {
                Span<float> target = destination.Slice(i * Width, Width);
                RandomStream random = new(RandomKey.Derive(key, (ulong)rows[i]));
                if (augmentation.Moves)
                {
                    source.Read(rows.Slice(i, 1), image);
                    ImageTransform.Draw(augmentation, shape, ref random).Apply(image, target, shape, (float?)augmentation.FillValue);
                }
                else
                {
                    source.Read(rows.Slice(i, 1), target);
                }

                AddNoise(target, ref random);
                CutOut(target, ref random);
            }

            ArrayPool<float>.Shared.Return(buffer);
        }

        private void AddNoise(Span<float> image, ref RandomStream random)
        {
            if (augmentation.Noise == 0)
            {
                return;
            }

            for (int i = 0; i < image.Length; i++)
            {
                image[i] += (float)(augmentation.Noise * random.NextGaussian());
            }
        }

        /// <summary>The mean, one value after the other: the same on any machine.</summary>
        private static float Mean(ReadOnlySpan<float> values)
        {
            double sum = 0;
            foreach (float value in values)
            {
                sum += value;
            }

            return (float)(sum / values.Length);
        }

        private void CutOut(Span<float> image, ref RandomStream random)
        {
            int size = augmentation.Cutout;
            if (size == 0)
            {
                return;
            }

            int height = shape[1];
            int width = shape[2];
            int top = random.NextInt32(height) - (size / 2);
            int left = random.NextInt32(width) - (size / 2);
            int firstRow = Math.Max(0, top);
            int firstColumn = Math.Max(0, left);
            int columns = Math.Min(width, left + size) - firstColumn;
            for (int channel = 0; channel < shape[0]; channel++)
            {
                Span<float> plane = image.Slice(channel * height * width, height * width);
                float fill = (float?)augmentation.FillValue ?? Mean(plane);
                for (int y = firstRow; y < Math.Min(height, top + size); y++)
                {
                    plane.Slice((y * width) + firstColumn, columns).Fill(fill);
                }
            }
        }
    }
}
