using System.Diagnostics;
using System.Text;
using System.Text.Json;
using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers.Sweeps;

/// <summary>
/// What a sweep has done, in a file of JSON lines that grows as it goes. A line is handed to the system at once, so that the end of the process, however it comes, loses none; lines of finished trials
/// wait for the disk. One process at a time writes it.
/// </summary>
internal sealed class SweepJournal : IDisposable
{
    private readonly FileStream _file;
    private readonly Stopwatch _clock = Stopwatch.StartNew();

    private SweepJournal(FileStream file, IReadOnlyList<Trial> trials, TimeSpan before) => (_file, Trials, Before) = (file, trials, before);

    /// <summary>The trials of before, by number; those that were not finished are interrupted.</summary>
    public IReadOnlyList<Trial> Trials { get; }

    /// <summary>The time of the runs of before, as far as their lines tell.</summary>
    public TimeSpan Before { get; }

    private TimeSpan Elapsed => Before + _clock.Elapsed;

    /// <summary>Begins a journal, or goes on with one.</summary>
    /// <exception cref="InvalidDataException">The file is of another sweep, or no journal.</exception>
    /// <exception cref="IOException">The file exists and is not to be resumed, is in use, or can't be written.</exception>
    public static SweepJournal Open(string path, bool resume, JournalHeader header, SearchSpace space)
    {
        if (!resume && File.Exists(path))
        {
            throw new IOException($"There is a journal '{path}' already: go on with it (resume: true), or give another path. Nothing was changed.");
        }

        var file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1);
        try
        {
            var trials = new SortedDictionary<int, Trial>();
            var (lines, before) = Read(file, path, header, space, trials);
            if (lines == 0)
            {
                file.SetLength(0);
                Write(file, header.ToJson(), toDisk: true);
            }

            return new SweepJournal(file, [.. trials.Values], before);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    public void Started(Trial trial) => Write(_file, JournalLines.Started(trial), toDisk: false);

    /// <param name="trial">The trial, with the epoch.</param>
    /// <param name="epoch">The epoch.</param>
    /// <param name="isKept">Whether its figures are kept.</param>
    public void Epoch(Trial trial, EpochRecord epoch, bool isKept) => Write(_file, JournalLines.Epoch(trial, epoch, isKept, Elapsed), toDisk: false);

    public void Finished(Trial trial) => Write(_file, JournalLines.Finished(trial, Elapsed), toDisk: true);

    public void Dispose() => _file.Dispose();

    /// <summary>Reads all whole lines, and cuts off what a crash left of the last one.</summary>
    /// <returns>The number of lines, and the time that the last one tells.</returns>
    private static (int Lines, TimeSpan Before) Read(FileStream file, string path, JournalHeader header, SearchSpace space, IDictionary<int, Trial> trials)
    {
        byte[] bytes = new byte[file.Length];
        file.ReadExactly(bytes);
        int count = 0;
        int start = 0;
        var before = TimeSpan.Zero;
        for (int end = Array.IndexOf(bytes, (byte)'\n'); end >= 0; end = Array.IndexOf(bytes, (byte)'\n', start))
        {
            count++;
            try
            {
                using var line = JsonDocument.Parse(bytes.AsMemory(start, end - start));
                if (count == 1)
                {
                    header.Check(line.RootElement, path);
                }
                else
                {
                    JournalLines.Take(line.RootElement, space, trials);
                    before = JournalLines.Time(line.RootElement) ?? before;
                }
            }
            catch (Exception exception) when (exception is JsonException || (exception is InvalidDataException && count > 1))
            {
                throw new InvalidDataException($"Line {count} of the journal '{path}' is damaged: {exception.Message} Nothing was changed; give another path, or mend the line.", exception);
            }

            start = end + 1;
        }

        ReadOnlySpan<byte> beginning = "{\"sweep\":"u8;
        if (count == 0 && !bytes.AsSpan(0, Math.Min(bytes.Length, beginning.Length)).SequenceEqual(beginning[..Math.Min(bytes.Length, beginning.Length)]))
        {
            // Not even a first line that a crash has torn.
            throw new InvalidDataException($"'{path}' is no journal of a sweep. Give another path.");
        }

        file.SetLength(start);
        file.Position = start;
        return (count, before);
    }

    private static void Write(FileStream file, string line, bool toDisk)
    {
        file.Write(Encoding.UTF8.GetBytes(line + "\n"));
        file.Flush(toDisk);
    }
}
