using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers.Distributed;

/// <summary>Puts together rows that each process has read from files of its own.</summary>
public static class GatherRowsExtensions
{
    /// <summary>Bytes that are told at once.</summary>
    private const int Chunk = 1 << 24;

    /// <summary>The rows of all processes, those of rank 0 first: what every process needs for trainers with <see cref="NetworkTrainerOptions.Communicator"/>, where each can read only some of them.</summary>
    /// <param name="communicator">The processes; all call this.</param>
    /// <param name="mlContext">The context.</param>
    /// <param name="own">The rows of this process, read once, with the columns that those of the others have. Hidden columns are left out.</param>
    /// <param name="folder">Where the rows are kept, in files that are gone with the view; null for the folder for temporary files.</param>
    /// <returns>A view of all rows, on the disk of this machine in ML.NET's binary format. Dispose of it when it is not read any more.</returns>
    /// <exception cref="CommunicationException">The columns differ, or another process has failed.</exception>
    /// <exception cref="IOException">The rows can't be written.</exception>
    /// <remarks>
    /// Each process parses only its own files, and sends each row once to each other process; so every machine holds all rows, on its disk. Map values to keys behind this, not before: each process would number its own.
    /// Where all machines can read all files, it is simpler to let them, without this.
    /// </remarks>
    public static GatheredRows GatherRows(this Communicator communicator, MLContext mlContext, IDataView own, string? folder = null)
    {
        ArgumentNullException.ThrowIfNull(communicator);
        ArgumentNullException.ThrowIfNull(mlContext);
        ArgumentNullException.ThrowIfNull(own);
        string path = Path.Combine(folder ?? Path.GetTempPath(), $"gathered-rows-{Guid.NewGuid():N}");
        try
        {
            Directory.CreateDirectory(path);
            Exchange(communicator, mlContext, own, path);
            IDataView[] parts = [.. Enumerable.Range(0, communicator.Size).Select(rank => mlContext.Data.LoadFromBinary(PartOf(path, rank)))];
            CheckColumns(parts);
            return new GatheredRows(parts, path);
        }
        catch (Exception error)
        {
            Delete(path);
            if (error is not CommunicationException)
            {
                communicator.Fail(error.Message);
            }

            throw;
        }
    }

    internal static void Delete(string folder)
    {
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static string PartOf(string folder, int rank) => Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"rank-{rank}.idv"));

    private static void Exchange(Communicator communicator, MLContext mlContext, IDataView own, string folder)
    {
        using (FileStream file = File.Create(PartOf(folder, communicator.Rank)))
        {
            mlContext.Data.SaveAsBinary(own, file);
        }

        using FileStream read = File.OpenRead(PartOf(folder, communicator.Rank));
        FileStream?[] written = new FileStream?[communicator.Size];
        try
        {
            for (int rank = 0; rank < written.Length; rank++)
            {
                written[rank] = rank == communicator.Rank ? null : File.Create(PartOf(folder, rank));
            }

            byte[] chunk = new byte[Chunk];
            bool isMore = true;
            while (isMore)
            {
                int length = read.ReadAtLeast(chunk, Chunk, throwOnEndOfStream: false);
                IReadOnlyList<byte[]> told = communicator.AllGather("rows", chunk.AsSpan(0, length));
                for (int rank = 0; rank < written.Length; rank++)
                {
                    written[rank]?.Write(told[rank]);
                }

                isMore = told.Any(bytes => bytes.Length == Chunk);
            }
        }
        finally
        {
            Array.ForEach(written, file => file?.Dispose());
        }
    }

    private static void CheckColumns(IDataView[] parts)
    {
        for (int rank = 1; rank < parts.Length; rank++)
        {
            if (ColumnDifference.Find(parts[0].Schema, parts[rank].Schema) is { } difference)
            {
                throw new CommunicationException($"The rows of the processes can't be put together: {difference(0, rank)}") { Rank = rank };
            }
        }
    }
}
