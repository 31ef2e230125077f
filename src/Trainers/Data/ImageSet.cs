namespace MLNet.GradientTrainers;

/// <summary>Images and labels that belong together, checked against each other.</summary>
/// <param name="Count">Number of images.</param>
/// <param name="Shape">Channels, rows, columns; or the number of values alone.</param>
/// <param name="ImageLength">Values of one image, at least 1.</param>
/// <param name="Pixels">All images.</param>
/// <param name="Labels">One label an image, or none.</param>
internal sealed record ImageSet(int Count, int[] Shape, int ImageLength, ImagePixels Pixels, ReadOnlyMemory<byte>? Labels)
{
    /// <summary>Reads IDX files. What their headers say is compared before anything else is read: a small file may promise much.</summary>
    /// <param name="imagesPath">The images.</param>
    /// <param name="labelsPath">Their labels; null for none.</param>
    /// <param name="classCount">Labels are below it.</param>
    /// <param name="maxRows">Images that are read at most; null for all.</param>
    /// <param name="rows">Whether images stay in their file.</param>
    public static ImageSet ReadIdx(string imagesPath, string? labelsPath, int classCount, long? maxRows, RowStorage rows = RowStorage.InMemory)
    {
        using IdxReader? labels = labelsPath is null ? null : new IdxReader(labelsPath);
        if (labels is not null && labels.Dimensions.Count != 1)
        {
            throw new InvalidDataException(
                $"Expected labels with 1 dimension in '{labelsPath}', found {labels.Dimensions.Count} ({IdxReader.Shape(labels.Dimensions)}). Are the paths of images and labels swapped?");
        }

        using var images = new IdxReader(imagesPath);
        int[] shape = ImageShape(images);
        if (labels is not null && labels.Dimensions[0] != images.Dimensions[0])
        {
            throw new InvalidDataException(
                $"'{imagesPath}' holds {images.Dimensions[0]} images, but '{labelsPath}' holds {labels.Dimensions[0]} labels. Each image needs one label: do both files belong to the same set?");
        }

        IdxFile? classes = labels is null ? null : IdxFile.Read(labels, maxRows);
        if (classes is not null)
        {
            CheckLabels(classes, classCount);
        }

        int length = shape.Aggregate(1, (product, d) => product * d);
        if (StaysInFile(images, rows))
        {
            int count = (int)Math.Min(images.Dimensions[0], maxRows ?? int.MaxValue);
            return new(count, shape, length, new PixelFile(imagesPath, images.HeaderLength, count), classes?.Values);
        }

        IdxFile pixels = IdxFile.Read(images, maxRows);
        return new(pixels.Count, shape, length, pixels.Values, classes?.Values);
    }

    private static bool StaysInFile(IdxReader images, RowStorage rows) => rows switch
    {
        RowStorage.Streamed when images.IsCompressed => throw new ArgumentException($"'{images.Path}' is compressed, so that its images can't be read where they lie: unpack it (gunzip), or let {nameof(rows)} be {RowStorage.InMemory}.", nameof(rows)),
        RowStorage.Streamed => true,
        RowStorage.Auto => !images.IsCompressed && images.Length > RowPlace.Free() / 2,
        _ => false,
    };

    private static int[] ImageShape(IdxReader images)
    {
        int[] item = [.. images.Dimensions.Skip(1)];
        if (item.Length is < 1 or > 3)
        {
            string swapped = item.Length == 0 ? ". Are the paths of images and labels swapped?" : ".";
            throw new InvalidDataException(
                $"Expected images with 2 to 4 dimensions (count × rows × columns) in '{images.Path}', found {images.Dimensions.Count} ({IdxReader.Shape(images.Dimensions)}){swapped}");
        }

        Int128 length = item.Aggregate((Int128)1, (product, d) => product * d);
        if (length < 1 || length > Array.MaxLength)
        {
            throw new InvalidDataException(
                $"Expected images of 1 to {Array.MaxLength} values in '{images.Path}', found {IdxReader.Shape(item)} = {length}.");
        }

        // Rows × columns are one channel.
        return item.Length == 2 ? [1, .. item] : item;
    }

    private static void CheckLabels(IdxFile labels, int classCount)
    {
        int wrong = classCount > byte.MaxValue ? -1 : labels.Values.Span.IndexOfAnyExceptInRange((byte)0, (byte)(classCount - 1));
        if (wrong >= 0)
        {
            throw new InvalidDataException(
                $"Expected labels of 0 to {classCount - 1} in '{labels.Path}', found {labels.Values.Span[wrong]} at item {wrong}. Pass a classCount above the highest label.");
        }
    }
}
