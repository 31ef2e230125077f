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
    /// <exception cref="InvalidDataException">It is.</exception>
    public void Check(JsonElement other, string path)
    {
        if (other.ValueKind != JsonValueKind.Object || !other.TryGetProperty("sweep", out var version) || version.ValueKind != JsonValueKind.Number || version.GetInt32() != Version)
        {
            throw new InvalidDataException($"'{path}' is no journal of a sweep of this version: its first line does not begin with {{\"sweep\":{Version}. Give another path.");
        }

        var theirs = other.EnumerateObject().Where(property => property.Name != "sweep" && Notes.All(note => note.Name != property.Name)).ToDictionary(property => property.Name, property => property.Value.ToString());
        foreach (var (name, value) in Facts)
        {
            if (!theirs.Remove(name, out string? theirsValue))
            {
                throw Different(name, "absent", value);
            }

            if (theirsValue != value)
            {
                throw Different(name, theirsValue, value);
            }
        }

        if (theirs.Count > 0)
        {
            throw Different(theirs.First().Key, theirs.First().Value, "absent");
        }

        InvalidDataException Different(string name, string there, string here) =>
            new($"The journal '{path}' is of another sweep and can't be resumed: {name} is {there} there, and {here} here. Give the settings of before to go on; to begin anew, give another path, or do not resume.");
    }
}
