namespace MLNet.GradientTrainers.Kernels;

/// <summary>What the row sources of images share.</summary>
internal static class ImageRows
{
    public static void Check(IRowSource<float> source, TensorShape shape)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(shape);
        if (shape.Rank != 3)
        {
            throw new ArgumentException($"An image's shape is [channels, height, width], not {shape}.", nameof(shape));
        }

        if (shape.Size != source.Width)
        {
            throw new ArgumentException($"Images of the shape {shape} have {shape.Size} numbers, but the rows have {source.Width}.", nameof(shape));
        }
    }

    /// <summary>A source's rows of an epoch: those of every epoch when it makes no difference.</summary>
    public static IRowSource<float> ForEpoch(IRowSource<float> source, int epoch) => source is IEpochRowSource changing ? changing.ForEpoch(epoch) : source;
}
