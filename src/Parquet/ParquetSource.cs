using Parquet;

namespace MLNet.GradientTrainers;

/// <summary>An open Parquet file, for one reader.</summary>
internal sealed class ParquetSource : IDisposable
{
    private readonly FileState _file;
    private readonly ParquetReader _reader;

    /// <param name="file">The file, as it was when it was loaded.</param>
    public ParquetSource(FileState file)
    {
        _file = file;
        file.ThrowIfChanged();
        var stream = new FileStream(file.Path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16, FileOptions.RandomAccess);
        try
        {
            _reader = Wait(file, async () => await ParquetReader.CreateAsync(stream, leaveStreamOpen: false));
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    /// <summary>Asks the file for what it says of itself.</summary>
    public T Ask<T>(Func<ParquetReader, T> question) => Wait(_file, () => Task.FromResult(question(_reader)));

    /// <summary>Reads a row group's columns.</summary>
    /// <param name="group">Its number.</param>
    /// <param name="firstRow">The number of its first row, for messages.</param>
    /// <param name="columns">What receives them.</param>
    public void Read(int group, long firstRow, IEnumerable<ColumnReader> columns)
    {
        _file.ThrowIfChanged();
        Wait(_file, async () =>
        {
            var reader = _reader.OpenRowGroupReader(group);
            foreach (var column in columns)
            {
                await column.LoadAsync(reader, firstRow);
            }

            return true;
        });
    }

    public void Dispose() => _reader.DisposeAsync().AsTask().GetAwaiter().GetResult();

    /// <summary>Waits for the library; what it throws at a file that is none of its kind, or damaged, becomes one error that names the file.</summary>
    private static T Wait<T>(FileState file, Func<Task<T>> read)
    {
        try
        {
            // On the thread pool: a caller's synchronisation context would be waited for by the thread that it needs.
            return Task.Run(read).GetAwaiter().GetResult();
        }
        catch (RowException exception)
        {
            throw new InvalidDataException($"'{file.Path}': {exception.Message}");
        }
        catch (Exception exception) when (exception is not (UnauthorizedAccessException or OperationCanceledException))
        {
            file.ThrowIfChanged();
            throw new InvalidDataException($"'{file.Path}' can't be read as a Parquet file: {exception.Message.TrimEnd('.')}. It is another kind of file, cut short or damaged: write it again.", exception);
        }
    }
}

/// <summary>Values that the columns can't hold, in a file that is sound.</summary>
internal sealed class RowException(string message) : Exception(message);
