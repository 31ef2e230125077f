using MLNet.GradientTrainers;

namespace Microsoft.ML;

/// <summary>Loads data sets in CIFAR-10's binary format.</summary>
public static class CifarDataCatalogExtensions
{
    /// <summary>The classes of CIFAR-10, in the order of their numbers.</summary>
    public static IReadOnlyList<string> CifarClassNames { get; } = Array.AsReadOnly<string>(["airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"]);

    /// <summary>Loads images and labels from one or more files in CIFAR-10's binary format, pixels as they are, 0 to 255.</summary>
    /// <param name="catalog">The catalog, <c>mlContext.Data</c>.</param>
    /// <param name="paths">The files, for example <c>data_batch_1.bin</c> to <c>data_batch_5.bin</c>.</param>
    /// <returns>The view that <see cref="LoadFromCifar(DataOperationsCatalog, IEnumerable{string}, PixelScaling, IReadOnlyList{string}, string, string, long?)"/> describes.</returns>
    /// <inheritdoc cref="LoadFromCifar(DataOperationsCatalog, IEnumerable{string}, PixelScaling, IReadOnlyList{string}, string, string, long?)" path="/exception"/>
    public static IDataView LoadFromCifar(this DataOperationsCatalog catalog, params string[] paths) => catalog.LoadFromCifar(paths, scaling: null);

    /// <summary>Loads images and labels from one or more files in CIFAR-10's binary format. Each may be plain or gzip-compressed, whatever its name.</summary>
    /// <param name="catalog">The catalog, <c>mlContext.Data</c>.</param>
    /// <param name="paths">The files, for example <c>data_batch_1.bin</c> to <c>data_batch_5.bin</c>; their rows follow one another.</param>
    /// <param name="scaling">How a byte becomes a Single; <see cref="PixelScaling.Raw"/>, 0 to 255, when <see langword="null"/>. CIFAR-10's own mean and standard deviation are 0.4734 and 0.2516.</param>
    /// <param name="classNames">The classes, in the order of their numbers from 0; <see cref="CifarClassNames"/> when <see langword="null"/>.</param>
    /// <param name="featureColumnName">Name of the column of pixels.</param>
    /// <param name="labelColumnName">Name of the column of labels.</param>
    /// <param name="maxRows">Only so many images, the first ones, are loaded; at least 1. <see langword="null"/> for all.</param>
    /// <returns>
    /// A data view with the columns
    /// <list type="table">
    /// <item><term>Features</term><description>known-size vector of Single, with the dimensions 3 × 32 × 32: red, green, blue; rows from the top, each from the left.</description></item>
    /// <item><term>Label</term><description>key with the class names as KeyValues annotation.</description></item>
    /// </list>
    /// The files are read whole, once; they stay in memory as bytes and become numbers row by row. The view can be shuffled, knows its row count,
    /// and any number of threads may read it, each with its own cursor.
    /// </returns>
    /// <exception cref="System.IO.InvalidDataException">
    /// A file is empty, cut short, damaged or of another format, a label has no class name, or, without <paramref name="maxRows"/>, a compressed file holds more
    /// than 64 MiB and a hundred times its length on disk. The message names the file, what was expected and what was found.
    /// </exception>
    /// <exception cref="System.IO.IOException">A file does not exist, is a folder or cannot be read.</exception>
    /// <exception cref="ArgumentException">No file is named, an argument is empty or out of range, or both columns have the same name.</exception>
    /// <example>
    /// <code>
    /// IDataView test = mlContext.Data.LoadFromCifar(["test_batch.bin"], PixelScaling.ZeroToOne);
    /// </code>
    /// </example>
    public static IDataView LoadFromCifar(
        this DataOperationsCatalog catalog,
        IEnumerable<string> paths,
        PixelScaling? scaling = null,
        IReadOnlyList<string>? classNames = null,
        string featureColumnName = "Features",
        string labelColumnName = "Label",
        long? maxRows = null)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(paths);
        ArgumentException.ThrowIfNullOrEmpty(featureColumnName);
        ArgumentException.ThrowIfNullOrEmpty(labelColumnName);
        string[] files = [.. paths];
        if (files.Length == 0)
        {
            throw new ArgumentException("No file is named; give one or more, for example data_batch_1.bin.", nameof(paths));
        }

        foreach (string file in files)
        {
            ArgumentException.ThrowIfNullOrEmpty(file, nameof(paths));
        }

        ArgumentOutOfRangeException.ThrowIfLessThan(maxRows ?? 1, 1, nameof(maxRows));
        classNames ??= CifarClassNames;
        if (classNames.Count is < 1 or > 256)
        {
            throw new ArgumentOutOfRangeException(nameof(classNames), classNames.Count, "A label of one byte stands for one of 1 to 256 classes.");
        }

        if (featureColumnName == labelColumnName)
        {
            throw new ArgumentException($"The columns of pixels and labels are both called '{labelColumnName}'; give them two names.", nameof(labelColumnName));
        }

        return new ImageDataView(CifarFile.Read(files, classNames.Count, maxRows), scaling ?? PixelScaling.Raw, featureColumnName, labelColumnName, classNames);
    }
}
