using MLNet.GradientTrainers;
using MLNet.GradientTrainers.Bridge;

namespace Microsoft.ML;

/// <summary>Loads files of ML.NET's binary format so that trainers can read their blocks again.</summary>
public static class BinaryFileDataCatalogExtensions
{
    /// <summary>
    /// Loads a file that <c>mlContext.Data.SaveAsBinary</c> wrote, as <c>mlContext.Data.LoadFromBinary</c> does. Trainers that stream its rows (<see cref="RowStorage.Streamed"/>, or <see cref="RowStorage.Auto"/>
    /// where they are too many for memory) read them where they lie, block by block in a random order, in each epoch again, also through steps before the trainer that make a row of a row; nothing is copied to disk.
    /// </summary>
    /// <param name="catalog">The catalog, <c>mlContext.Data</c>.</param>
    /// <param name="path">The file. It must stay as it is while rows are read: one that has changed is refused by name.</param>
    /// <returns>A data view with the file's columns, which can be shuffled and knows its row count.</returns>
    /// <remarks>
    /// ML.NET writes blocks of 8,192 rows, or of 80 MiB where that is less. They are what a shuffle mixes, and one may take a thirty-second of <c>MemoryLimit</c>; rows in larger ones are copied to a temporary file, which the
    /// trainer's channel tells. See docs/scale.md.
    /// </remarks>
    /// <exception cref="System.IO.IOException">The file does not exist or can't be read.</exception>
    /// <exception cref="System.IO.InvalidDataException">It is no such file, or damaged; also later, while rows are read.</exception>
    /// <example>
    /// <code>
    /// using (var file = File.Create("train.idv")) mlContext.Data.SaveAsBinary(rows, file);
    /// IDataView train = mlContext.Data.LoadFromBinaryFile("train.idv");
    /// </code>
    /// </example>
    public static IDataView LoadFromBinaryFile(this DataOperationsCatalog catalog, string path)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (!File.Exists(path))
        {
            throw new FileNotFoundException(Directory.Exists(path) ? $"'{path}' is a folder: name a file in it." : $"There is no file '{path}'.", path);
        }

        var file = new FileState(path);
        var source = new EndedFileSource(file.Path);
        try
        {
            return new BinaryFileView(file, catalog.LoadFromBinary(source), BinaryFiles.LoadByBlocks(Catalogs.Environment(catalog), source.Open(0)));
        }
        catch (Exception exception) when (BinaryFileView.IsDamage(file.Path, exception))
        {
            throw BinaryFileView.Damaged(file.Path, exception);
        }
    }
}
