using System.Diagnostics;
using System.Text.Json;
using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers.Sweeps;

/// <summary>
/// What a sweep has done, in JSON lines that grow in number as it goes. The end of the process, however it comes, loses none; lines of finished trials wait for the disk.
/// </summary>
internal sealed class SweepJournal : IDisposable
{
    private readonly IJournalLines _lines;
    private readonly Stopwatch _clock = Stopwatch.StartNew();

    private SweepJournal(IJournalLines lines, IReadOnlyList<Trial> trials, TimeSpan before) => (_lines, Trials, Before) = (lines, trials, before);

    /// <summary>The trials of before, by number; those that were not finished are interrupted.</summary>
    public IReadOnlyList<Trial> Trials { get; }

    /// <summary>The time of the runs of before, as far as their lines tell.</summary>
    public TimeSpan Before { get; }

    private TimeSpan Elapsed => Before + _clock.Elapsed;

    /// <summary>Begins a journal, or goes on with one.</summary>
    /// <exception cref="InvalidDataException">The journal is of another sweep, or none.</exception>
    /// <exception cref="IOException">There is one that is not to be resumed, it is in use, or can't be written.</exception>
    public static SweepJournal Open(ISweepStore store, bool resume, JournalHeader header, SearchSpace space)
    {
        var lines = store.Open(resume);
        try
        {
            var trials = new SortedDictionary<int, Trial>();
            var before = Read(lines.Lines, store, header, space, trials);
            lines.Accept();
            if (lines.Lines.Count == 0)
            {
                lines.Append(header.ToJson(), toDisk: true);
            }

            return new SweepJournal(lines, [.. trials.Values], before);
        }
        catch
        {
            lines.Dispose();
            throw;
        }
    }

    public void Started(Trial trial) => _lines.Append(JournalLines.Started(trial), toDisk: false);

    /// <param name="trial">The trial, with the epoch.</param>
    /// <param name="epoch">The epoch.</param>
    /// <param name="isKept">Whether its figures are kept.</param>
    public void Epoch(Trial trial, EpochRecord epoch, bool isKept) => _lines.Append(JournalLines.Epoch(trial, epoch, isKept, Elapsed), toDisk: false);

    public void Finished(Trial trial) => _lines.Append(JournalLines.Finished(trial, Elapsed), toDisk: true);

    public void Dispose() => _lines.Dispose();

    /// <returns>The time that the last line tells.</returns>
    private static TimeSpan Read(IReadOnlyList<ReadOnlyMemory<byte>> lines, ISweepStore store, JournalHeader header, SearchSpace space, IDictionary<int, Trial> trials)
    {
        var before = TimeSpan.Zero;
        for (int i = 0; i < lines.Count; i++)
        {
            try
            {
                using var line = JsonDocument.Parse(lines[i]);
                if (i == 0)
                {
                    header.Check(line.RootElement, store);
                }
                else
                {
                    JournalLines.Take(line.RootElement, space, trials);
                    before = JournalLines.Time(line.RootElement) ?? before;
                }
            }
            catch (Exception exception) when (exception is JsonException || (exception is InvalidDataException && i > 0))
            {
                throw new InvalidDataException($"Line {i + 1} of the journal '{store.Name}' is damaged: {exception.Message} Nothing was changed; give another {store.Address}, or mend the line.", exception);
            }
        }

        return before;
    }
}
