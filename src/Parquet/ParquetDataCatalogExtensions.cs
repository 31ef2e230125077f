using MLNet.GradientTrainers;

namespace Microsoft.ML;

/// <summary>Loads Apache Parquet files.</summary>
public static class ParquetDataCatalogExtensions
{
    /// <summary>
    /// Loads a Parquet file, or several. Rows are read when they are asked for, one row group at a time. Trainers that stream them (<see cref="RowStorage.Streamed"/>, or <see cref="RowStorage.Auto"/> where they are too many for
    /// memory) read them where they lie, row groups in a random order, in each epoch again, also through steps before the trainer that make a row of a row; nothing is copied to disk.
    /// </summary>
    /// <param name="catalog">The catalog, <c>mlContext.Data</c>.</param>
    /// <param name="path">The file; or a folder, for all files <c>*.parquet</c> in it (not in folders below; those whose names begin with _ or . are left out); or a pattern whose file name has * or ?, as
    /// <c>"data/part-*.parquet"</c>: in the order of their names. Files must stay as they are while rows are read: one that has changed is refused by name.</param>
    /// <param name="columns">Names of the columns wanted, in the order wanted; null for all that ML.NET has a type for. An empty list is refused.</param>
    /// <returns>
    /// A data view that can be shuffled, knows its row count, and may be read by any number of threads, each with its own cursor. Its columns:
    /// <list type="table">
    /// <item><term>numbers, Booleans, text, date and time</term><description>the same type. Of a column with nulls: NaN in Single and Double, empty text; integers of 8 and 16 bits and Booleans become Single, those of 32 and 64 bits
    /// Double, with NaN. A column that may have nulls is taken for one without where the file counts none in any row group.</description></item>
    /// <item><term>lists of these</term><description>vectors, of known size where all rows have as many values; a null is NaN, or empty text, and an error in other types; a list that is null is empty.</description></item>
    /// <item><term>structs</term><description>each of their fields, as <c>struct.field</c>.</description></item>
    /// </list>
    /// Others (decimals, times of day, binary data, maps, lists of lists or structs) are left out without a word; to name one in <paramref name="columns"/> is an error.
    /// </returns>
    /// <exception cref="System.IO.IOException">A file does not exist or can't be read.</exception>
    /// <exception cref="System.IO.InvalidDataException">It is no Parquet file, or damaged; also later, while rows are read.</exception>
    /// <exception cref="ArgumentException">Files have other columns than the first one, which are named; or a column that is named is not there, or has no ML.NET type: the message lists those that are there, and those that are left out. Or the list is empty.</exception>
    /// <example>
    /// <code>
    /// IDataView rows = mlContext.Data.LoadFromParquet("train.parquet");
    /// var pipeline = mlContext.Transforms.Conversion.MapValueToKey("Label").Append(mlContext.MulticlassClassification.Trainers.Mlp());
    /// </code>
    /// </example>
    public static IDataView LoadFromParquet(this DataOperationsCatalog catalog, string path, IReadOnlyList<string>? columns = null)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentException.ThrowIfNullOrEmpty(path);
        return ParquetView.Load([path], columns);
    }

    /// <summary>Loads Parquet files of the same columns as one view: the rows of one after those of the other. A shuffle mixes the row groups of all.</summary>
    /// <param name="catalog">The catalog, <c>mlContext.Data</c>.</param>
    /// <param name="paths">At least one file, folder or pattern, as <see cref="LoadFromParquet(DataOperationsCatalog, string, IReadOnlyList{string}?)"/> takes one.</param>
    /// <param name="columns">Names of the columns wanted, in the order wanted; null for all that ML.NET has a type for. An empty list is refused.</param>
    /// <inheritdoc cref="LoadFromParquet(DataOperationsCatalog, string, IReadOnlyList{string}?)" path="/*[self::returns or self::exception]"/>
    public static IDataView LoadFromParquet(this DataOperationsCatalog catalog, IReadOnlyList<string> paths, IReadOnlyList<string>? columns = null)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        return ParquetView.Load(paths, columns);
    }
}
