using System.Diagnostics;
using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNet.GradientTrainers.Benchmarks;

/// <summary>A perceptron fitted to generated rows of bytes, in a process of its own: a child of this program.</summary>
internal static class StreamedFit
{
    /// <summary>What the child process is started with, before storage, rows, limit, epochs, threads and whether the file is cold.</summary>
    public const string Command = "--streamed-fit";

    /// <summary>Bytes of a row.</summary>
    public const int Width = 2048;

    private const int TableLength = 1 << 20;

    /// <summary>Fits in a child process.</summary>
    /// <param name="storage">Where the rows are.</param>
    /// <param name="rows">How many.</param>
    /// <param name="limit">Bytes of memory for streamed ones.</param>
    /// <param name="epochs">Epochs.</param>
    /// <param name="threads">Threads to compute with.</param>
    /// <param name="heap">Bytes that the managed heap of the process may have; null for no limit.</param>
    /// <param name="cold">Whether the system forgets the pages of the file before each epoch, so that it comes from the disk.</param>
    public static StreamedFigure Measure(RowStorage storage, int rows, long limit, int epochs, int threads, long? heap = null, bool cold = false)
    {
        string output = ChildProgram.Run(heap, [Command, storage.ToString(), Text(rows), Text(limit), Text(epochs), Text(threads), cold.ToString()]);
        double[] figures = [.. output.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(number => double.Parse(number, CultureInfo.InvariantCulture))];
        return new StreamedFigure(cold ? "Disk" : storage.ToString(), rows, (double)rows * Width, limit, heap, figures[0], figures[1], figures[2], figures[3], figures[4]);
    }

    /// <summary>The child process: prints seconds until training began, of the median epoch, peak and growth of its memory in bytes, and the accuracy on training rows.</summary>
    public static void Run(string[] args)
    {
        bool cold = bool.Parse(args[5]);
        var (storage, count, limit, epochs, threads) = (Enum.Parse<RowStorage>(args[0]), Number(args[1]), Number(args[2]), Number(args[3]), Number(args[4]));
        byte[] table = new byte[TableLength];
        new Random(1).NextBytes(table);
        var context = new MLContext(seed: 1);
        long most = 0;
        Fit(1000, 1, null);
        long before = most = Environment.WorkingSet;
        var seconds = new List<double>();
        double accuracy = 0;
        double reading = 0;
        var clock = Stopwatch.StartNew();
        Fit((int)count, (int)epochs, epoch =>
        {
            seconds.Add(epoch.Seconds);
            accuracy = epoch.TrainingMetric;
            if (cold)
            {
                ColdFiles.DropOpen(".spill");
            }
        });
        reading = clock.Elapsed.TotalSeconds - seconds.Sum();
        seconds.Sort();
        using var process = Process.GetCurrentProcess();
        Console.WriteLine(string.Join(' ', ((double[])[reading, seconds[seconds.Count / 2], process.PeakWorkingSet64, most - before, accuracy]).Select(number => number.ToString(CultureInfo.InvariantCulture))));

        void Fit(int rows, int passes, Action<Kernels.EpochRecord>? onEpoch)
        {
            var options = new MlpTrainer.Options
            {
                HiddenLayers = [32], NumberOfEpochs = passes, BatchSize = 512, Members = 1, Rows = storage, MemoryLimit = limit, NumberOfThreads = (int)threads, OnEpoch = onEpoch,
                OnBatch = batch => most = batch.Batch % 64 == 0 ? Math.Max(most, Environment.WorkingSet) : most,
            };
            new MlpTrainer(context, options).Fit(context.Transforms.Conversion.MapValueToKey("Label", "Answer").Fit(context.Data.LoadFromEnumerable(Rows(2))).Transform(context.Data.LoadFromEnumerable(Rows(rows))));
        }

        // One object, filled again and again: the rows themselves take no memory.
        IEnumerable<Row> Rows(int rows)
        {
            var row = new Row();
            for (int i = 0; i < rows; i++)
            {
                int at = (int)(i * 7919L % (TableLength - Width));
                Array.Copy(table, at, row.Features, 0, Width);
                row.Answer = rows == 2 ? i == 0 : table[at] + table[at + 1] > 255;
                yield return row;
            }
        }
    }

    private static long Number(string text) => long.Parse(text, CultureInfo.InvariantCulture);

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    private sealed class Row
    {
        public bool Answer { get; set; }

        [VectorType(Width)]
        public byte[] Features { get; set; } = new byte[Width];
    }
}

/// <summary>A line of the table and of the JSON file.</summary>
/// <param name="Storage">Where the rows were: streamed from a file that was in the system's memory, or, as Disk, was not.</param>
/// <param name="Rows">How many.</param>
/// <param name="Bytes">What they take.</param>
/// <param name="Limit">Memory for them.</param>
/// <param name="Heap">Bytes that the managed heap of the process could have; null for any.</param>
/// <param name="Reading">Seconds until training began: the rows are made, written, and looked at for their scale.</param>
/// <param name="Epoch">Seconds of the median epoch.</param>
/// <param name="Peak">The process's largest working set in bytes.</param>
/// <param name="Growth">By how much the working set grew beyond that of a fit of 1,000 rows.</param>
/// <param name="Accuracy">Of the last epoch on training rows.</param>
internal sealed record StreamedFigure(string Storage, int Rows, double Bytes, long Limit, long? Heap, double Reading, double Epoch, double Peak, double Growth, double Accuracy)
{
    private const double Mebibyte = 1 << 20;

    public static string Header => $"{"rows",-9} {"MiB",6} {"limit",6} {"heap",6} {"reading s",10} {"epoch s",8} {"MB/s",6} {"rows/s",10} {"peak MB",8} {"growth MB",10} {"accuracy",9}";

    public string ToRow() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Storage,-9} {Bytes / Mebibyte,6:N0} {Limit / Mebibyte,6:N0} {(Heap is { } heap ? $"{heap / Mebibyte:N0}" : "-"),6} {Reading,10:F1} {Epoch,8:F2} {Bytes / Epoch / 1e6,6:F0} {Rows / Epoch,10:N0} {Peak / 1e6,8:N0} {Growth / 1e6,10:N0} {Accuracy,9:F4}");
}
