using System.Text.Json;

namespace MLNet.GradientTrainers.Sweeps;

/// <summary>The first line of a journal: which sweep it is of.</summary>
/// <param name="Facts">By their names; those of a sweep that is resumed must be the same.</param>
/// <param name="Notes">What may differ, for readers: the tuner, the pruner, trials at once.</param>
internal sealed record JournalHeader(IReadOnlyList<(string Name, string Value)> Facts, IReadOnlyList<(string Name, string Value)> Notes)
{
    private const int Version = 1;

    public static JournalHeader Of(SweepSettings settings, SweepData data, CancellationToken cancellationToken) => new(
        [
            ("pipeline", settings.Description),
            ("metric", settings.SearchedMetric.Name),
            ("seed", FormattableString.Invariant($"{settings.Seed}")),
            .. settings.SearchedSpace.All().Select(pair => ($"parameter {pair.Name}", pair.Parameter.Describe())),
            .. settings.SearchedSpace.Start.Select((values, i) => (FormattableString.Invariant($"start {i + 1}"), values.ToJson())),
            .. data.Folds.SelectMany((fold, i) => new[]
            {
                (FormattableString.Invariant($"training rows of fold {i + 1}"), DataFingerprint.Of(fold.Train, cancellationToken)),
                (FormattableString.Invariant($"validation rows of fold {i + 1}"), DataFingerprint.Of(fold.Validation, cancellationToken)),
            }),
        ],
        [("tuner", settings.Tuner.Name), ("pruner", settings.Pruner?.Name ?? "none"), ("parallel", FormattableString.Invariant($"{settings.Parallel}"))]);

    public string ToJson() => JournalLines.Of(json =>
    {
        json.WriteNumber("sweep", Version);
        foreach (var (name, value) in Facts.Concat(Notes))
        {
            json.WriteString(name, value);
        }
    });

    /// <summary>Throws where a journal is of another sweep, naming the first difference.</summary>
    /// <param name="other">Its first line.</param>
    /// <param name="store">Where it is kept.</param>
    /// <exception cref="InvalidDataException">It is.</exception>
    public void Check(JsonElement other, ISweepStore store)
    {
        if (other.ValueKind != JsonValueKind.Object || !other.TryGetProperty("sweep", out var version) || version.ValueKind != JsonValueKind.Number || version.GetInt32() != Version)
        {
            throw new InvalidDataException($"'{store.Name}' is no journal of a sweep of this version: its first line does not begin with {{\"sweep\":{Version}. Give another {store.Address}.");
        }

        if (Difference(other) is var (name, there, here))
        {
            throw new InvalidDataException(
                $"The journal '{store.Name}' is of another sweep and can't be resumed: {name} is {there} there, and {here} here. Give the settings of before to go on; to begin anew, give another {store.Address}, or do not resume.");
        }
    }

    /// <summary>The first fact that differs from those of another header; null where all are the same.</summary>
    /// <param name="other">What <see cref="ToJson"/> gave there.</param>
    public (string Name, string There, string Here)? Difference(JsonElement other)
    {
        const string Absent = "absent";
        var theirs = other.EnumerateObject().Where(property => property.Name != "sweep" && Notes.All(note => note.Name != property.Name)).ToDictionary(property => property.Name, property => property.Value.ToString());
        foreach (var (name, value) in Facts)
        {
            if (!theirs.Remove(name, out string? there) || there != value)
            {
                return (name, there ?? Absent, value);
            }
        }

        return theirs.Count > 0 ? (theirs.First().Key, theirs.First().Value, Absent) : null;
    }
}
