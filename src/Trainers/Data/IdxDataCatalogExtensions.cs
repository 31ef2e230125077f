using System.Globalization;
using MLNet.GradientTrainers;

namespace Microsoft.ML;

/// <summary>Loads data sets in MNIST's IDX format.</summary>
public static class IdxDataCatalogExtensions
{
    /// <summary>The number of classes when none is given: ten digits.</summary>
    public const int DefaultClassCount = 10;

    /// <summary>
    /// Loads images, and labels where given, from IDX files: the format of MNIST, Fashion-MNIST, KMNIST and EMNIST.
    /// Each file may be plain or gzip-compressed, whatever its name.
    /// </summary>
    /// <param name="catalog">The catalog, <c>mlContext.Data</c>.</param>
    /// <param name="imagesPath">File of bytes with dimensions count × rows × columns (or count × channels × rows × columns, or count × values).</param>
    /// <param name="labelsPath">File of bytes with one dimension, one label an image; <see langword="null"/> for images without labels.</param>
    /// <param name="labelKind">The type of the label column.</param>
    /// <param name="scaling">How a byte becomes a Single; <see cref="PixelScaling.Raw"/>, 0 to 255, when <see langword="null"/>.</param>
    /// <param name="classCount">Number of keys: labels are 0 to this minus 1 (1 to 256). Not used for <see cref="IdxLabelKind.Number"/>.</param>
    /// <param name="featureColumnName">Name of the column of pixels.</param>
    /// <param name="labelColumnName">Name of the column of labels.</param>
    /// <param name="maxRows">Only so many images, the first ones, are loaded; at least 1. <see langword="null"/> for all.</param>
    /// <param name="rows">
    /// Whether images stay in their file, from which they are read as they are asked for, and which must not change then: <see cref="RowStorage.Streamed"/>, for a file that is not compressed;
    /// <see cref="RowStorage.Auto"/> does so where they would take more than half of the memory that is free. Trainers that stream such rows read them there, without a copy, also through steps before the trainer that make a row of a row. Labels are in memory.
    /// </param>
    /// <returns>
    /// A data view with the columns
    /// <list type="table">
    /// <item><term>Features</term><description>known-size vector of Single, with the dimensions channels × rows × columns: 1 × 28 × 28 for
    /// MNIST; rows from the top, each from the left.</description></item>
    /// <item><term>Label</term><description>key with the texts "0", "1", … as KeyValues annotation, or Single. Absent without labels.</description></item>
    /// </list>
    /// Unless <paramref name="rows"/> says otherwise, the files are read whole, once; they stay in memory as bytes and become numbers row by row. The view can be shuffled, knows its row count,
    /// and any number of threads may read it, each with its own cursor.
    /// </returns>
    /// <exception cref="System.IO.InvalidDataException">
    /// A file is not IDX, of another type, short, too long or damaged, the counts of images and labels differ, a label is not below
    /// <paramref name="classCount"/>, or, without <paramref name="maxRows"/>, a compressed file holds more than 64 MiB and a hundred times its length on disk.
    /// The message names the file, what was expected and what was found.
    /// </exception>
    /// <exception cref="System.IO.IOException">A file does not exist, is a folder or cannot be read.</exception>
    /// <exception cref="ArgumentException">An argument is empty or out of range, or both columns have the same name.</exception>
    /// <example>
    /// <code>
    /// IDataView train = mlContext.Data.LoadFromIdx("train-images-idx3-ubyte.gz", "train-labels-idx1-ubyte.gz", scaling: PixelScaling.ZeroToOne);
    /// </code>
    /// </example>
    public static IDataView LoadFromIdx(
        this DataOperationsCatalog catalog,
        string imagesPath,
        string? labelsPath = null,
        IdxLabelKind labelKind = IdxLabelKind.Key,
        PixelScaling? scaling = null,
        int classCount = DefaultClassCount,
        string featureColumnName = "Features",
        string labelColumnName = "Label",
        long? maxRows = null,
        RowStorage rows = RowStorage.Auto)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentException.ThrowIfNullOrEmpty(imagesPath);
        ArgumentException.ThrowIfNullOrEmpty(featureColumnName);
        ArgumentException.ThrowIfNullOrEmpty(labelColumnName);
        ArgumentOutOfRangeException.ThrowIfLessThan(classCount, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(classCount, 256);
        if (!Enum.IsDefined(labelKind))
        {
            throw new ArgumentOutOfRangeException(nameof(labelKind), labelKind, "Expected IdxLabelKind.Key or IdxLabelKind.Number.");
        }

        ArgumentOutOfRangeException.ThrowIfLessThan(maxRows ?? 1, 1, nameof(maxRows));
        if (labelsPath is not null && featureColumnName == labelColumnName)
        {
            throw new ArgumentException($"The columns of pixels and labels are both called '{labelColumnName}'; give them two names.", nameof(labelColumnName));
        }

        if (!Enum.IsDefined(rows))
        {
            throw new ArgumentOutOfRangeException(nameof(rows), rows, $"Expected one of {string.Join(", ", Enum.GetNames<RowStorage>())}.");
        }

        ImageSet set = ImageSet.ReadIdx(imagesPath, labelsPath, labelKind == IdxLabelKind.Key ? classCount : 256, maxRows, rows);
        string[]? digits = labelKind == IdxLabelKind.Key ? [.. Enumerable.Range(0, classCount).Select(i => i.ToString(CultureInfo.InvariantCulture))] : null;
        return new ImageDataView(set, scaling ?? PixelScaling.Raw, featureColumnName, labelColumnName, digits);
    }
}
