using System.Globalization;
using Microsoft.ML;

namespace MLNet.GradientTrainers.Benchmarks;

/// <summary><c>./bench.sh streaming</c>: rows that lie in a file beside rows in memory: speed, memory, and how well rows that are sorted by class are learned.</summary>
internal static class StreamingCommand
{
    public const string Name = "streaming";
    private const string Usage = "Usage: ./bench.sh streaming [--quick] [--mnist DIR] [--seeds N] [--threads N] [--only speed|bound|mnist] [--json FILE]";

    private const long Mebibyte = 1 << 20;

    public static int Run(string[] args)
    {
        if (BenchmarkOptions.Parse(args, Usage) is not { } options)
        {
            return BenchmarkOptions.Misused;
        }

        try
        {
            var results = new List<StreamedFigure>();
            if (options.Chooses("speed"))
            {
                int rows = (int)((options.Quick ? 128 : 512) * Mebibyte / StreamedFit.Width);
                for (int round = 0; round < (options.Quick ? 1 : 3); round++)
                {
                    Tell(results, StreamedFit.Measure(RowStorage.InMemory, rows, 64 * Mebibyte, 3, options.Threads));
                    Tell(results, StreamedFit.Measure(RowStorage.Streamed, rows, 64 * Mebibyte, 3, options.Threads));
                    Tell(results, StreamedFit.Measure(RowStorage.Streamed, rows, 64 * Mebibyte, 3, options.Threads, cold: true));
                    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"a file of this size is read from the disk at {ColdFiles.SequentialRead((long)rows * StreamedFit.Width):N0} MB/s"));
                }
            }

            if (options.Chooses("bound"))
            {
                // The heap of the whole process may have no more than the limit for rows alone.
                long limit = (options.Quick ? 128 : 512) * Mebibyte;
                Tell(results, StreamedFit.Measure(RowStorage.Streamed, (int)(8 * limit / StreamedFit.Width), limit, 1, options.Threads, limit));
            }

            if (options.Mnist is { } folder && options.Chooses("mnist"))
            {
                SortedDigits.Measure(Mnist.Find(folder), options.Seeds ?? 3);
            }

            options.Write(results);
            return 0;
        }
        catch (Exception exception) when (exception is ArgumentException or IOException or UnauthorizedAccessException or InvalidOperationException)
        {
            return BenchmarkOptions.Refuse(exception.Message, Usage);
        }
    }

    private static void Tell(List<StreamedFigure> results, StreamedFigure figure)
    {
        if (results.Count == 0)
        {
            Console.WriteLine(StreamedFigure.Header);
        }

        results.Add(figure);
        Console.WriteLine(figure.ToRow());
    }
}

/// <summary>MNIST sorted by class, from memory and with limits that mix fewer and fewer parts of it: accuracy on the test images.</summary>
internal static class SortedDigits
{
    private const int Length = 784;

    private static readonly int[] Limits = [8, 16, 32];

    public static void Measure(MnistPaths paths, int seeds)
    {
        string folder = Directory.CreateTempSubdirectory("sorted-digits-").FullName;
        try
        {
            IdxFile images = IdxFile.Read(paths.TrainImages);
            byte[] labels = IdxFile.Read(paths.TrainLabels).Values.ToArray();
            int[] order = [.. Enumerable.Range(0, labels.Length).OrderBy(i => labels[i])];
            byte[] sorted = new byte[images.Values.Length];
            for (int i = 0; i < order.Length; i++)
            {
                images.Values.Span.Slice(order[i] * Length, Length).CopyTo(sorted.AsSpan(i * Length));
            }

            string sortedImages = Path.Combine(folder, "images");
            string sortedLabels = Path.Combine(folder, "labels");
            IdxFile.Write(sortedImages, [.. images.Dimensions], sorted);
            IdxFile.Write(sortedLabels, [labels.Length], [.. order.Select(i => labels[i])]);
            var context = new MLContext(seed: 1);
            IDataView test = context.Data.LoadFromIdx(paths.TestImages, paths.TestLabels);
            Console.WriteLine();
            Console.WriteLine($"{"MNIST sorted by class",-24} {"mean",8} {"least",8} {"most",8}");
            Tell("in memory", 16, RowStorage.InMemory);
            foreach (int limit in Limits)
            {
                Tell($"streamed, {limit} MiB", limit, RowStorage.Streamed);
            }

            void Tell(string name, int limit, RowStorage storage)
            {
                double[] scores = [.. Enumerable.Range(1, seeds).Select(seed => Score(limit, storage, seed))];
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name,-24} {scores.Average(),8:F4} {scores.Min(),8:F4} {scores.Max(),8:F4}"));
            }

            double Score(int limit, RowStorage storage, int seed)
            {
                IDataView train = context.Data.LoadFromIdx(sortedImages, sortedLabels, rows: RowStorage.Streamed);
                var options = new MlpTrainer.Options { HiddenLayers = [128], NumberOfEpochs = 5, BatchSize = 128, Members = 1, Seed = seed, Rows = storage, MemoryLimit = (long)limit << 20 };
                return context.MulticlassClassification.Evaluate(new MlpTrainer(context, options).Fit(train).Transform(test)).MicroAccuracy;
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
