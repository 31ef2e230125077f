using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers;

/// <summary>What a checkpoint and the fit that goes on from it must have in common, by names that a message can tell.</summary>
internal sealed class CheckpointFacts
{
    /// <summary>Stands behind the name of an option that was left open.</summary>
    public const string Chosen = " as chosen";

    private const string None = "none";

    /// <summary>What makes no difference to the result: how a fit is watched, ended, kept and how many threads it has; or what other facts tell.</summary>
    private static readonly HashSet<string> Harmless =
    [
        nameof(DescentOptions.OnEpoch), nameof(TrainingOptions.OnBatch), nameof(DescentOptions.CancellationToken), nameof(DescentOptions.CancellationBehavior), nameof(NetworkTrainerOptions.NumberOfThreads),
        nameof(ITrainerInput.CheckpointPath), nameof(ITrainerInput.CheckpointEveryEpochs), nameof(ITrainerInput.CheckpointEverySeconds),
        nameof(ITrainerInput.LabelColumnName), nameof(ITrainerInput.FeatureColumnName), nameof(ITrainerInput.ExampleWeightColumnName), nameof(ITrainerInput.ValidationSet),
        nameof(ITrainerInput.Rows), nameof(ITrainerInput.MemoryLimit), nameof(ITrainerInput.SpillFolder),
        nameof(NetworkTrainerOptions.Device), nameof(NetworkTrainerOptions.Backend), nameof(NetworkTrainerOptions.Communicator), nameof(DescentOptions.Seed),
    ];

    private readonly List<CheckpointFact> _all = [];

    public IReadOnlyList<CheckpointFact> All => _all;

    /// <summary>Adds what is no option.</summary>
    public void Add(string name, string value) => _all.Add(new(name, value, IsOption: false));

    /// <summary>Adds all of others.</summary>
    public void Add(CheckpointFacts others) => _all.AddRange(others._all);

    /// <summary>Adds the numbers that a fit starts from; null where it draws them, or begins at 0.</summary>
    public void AddStart<T>(T[]? numbers)
        where T : unmanaged => Add("hash of the model to start from", numbers is null ? None : Convert.ToHexStringLower(SHA256.HashData(MemoryMarshal.AsBytes<T>(numbers)), 0, SHA256.HashSizeInBytes / 2));

    /// <summary>Adds the rows of a purpose.</summary>
    public void Add(string purpose, DataFingerprint data)
    {
        Add($"number of {purpose} rows", data.Rows.ToString(CultureInfo.InvariantCulture));
        Add($"hash of the {purpose} rows' features", data.Features);
        Add($"hash of the {purpose} rows' labels", data.Targets);
        Add($"hash of the {purpose} rows' weights", data.Weights.Length == 0 ? None : data.Weights);
    }

    /// <summary>Adds all options but the harmless ones.</summary>
    /// <param name="options">Options of the trainer, or of the engine with nothing left open.</param>
    /// <param name="what">What stands behind their names.</param>
    /// <param name="unlike">Options of which only the differences are added; null for all.</param>
    public void Add(DescentOptions options, string what = "", DescentOptions? unlike = null)
    {
        foreach (var property in OptionText.Settings(options.GetType()).Where(property => !Harmless.Contains(property.Name)))
        {
            string value = OptionText.Of(property.GetValue(options));
            if (unlike is null || value != OptionText.Of(property.GetValue(unlike)))
            {
                _all.Add(new(property.Name + what, value, IsOption: true));
            }
        }
    }

    /// <summary>The first difference to those of a checkpoint, as the end of a sentence about it; null for none.</summary>
    /// <param name="written">The checkpoint's.</param>
    /// <param name="mayBeLonger">Whether the fit may have more epochs.</param>
    public string? DifferenceTo(IReadOnlyList<CheckpointFact> written, bool mayBeLonger)
    {
        var theirs = written.ToDictionary(fact => fact.Name);
        foreach (var ours in _all)
        {
            theirs.Remove(ours.Name, out var other);
            if (other?.Value != ours.Value && !(mayBeLonger && IsLonger(ours, other)))
            {
                return Tell(ours, other?.Value ?? None, ours.Value, mayBeLonger);
            }
        }

        return theirs.Values.FirstOrDefault() is { } left ? Tell(left, left.Value, None, mayBeLonger) : null;
    }

    /// <summary>The first fact that two have not in common: its name, and what it is in each, as far as a message has room; null for none.</summary>
    public static (string Name, string First, string Second)? FirstDifference(IReadOnlyList<CheckpointFact> first, IReadOnlyList<CheckpointFact> second)
    {
        var others = second.ToDictionary(fact => fact.Name, fact => fact.Value);
        foreach (var fact in first)
        {
            string other = others.Remove(fact.Name, out string? value) ? value : None;
            if (other != fact.Value)
            {
                int same = fact.Value.AsSpan().CommonPrefixLength(other);
                return (fact.Name, Part(fact.Value, same), Part(other, same));
            }
        }

        return others.Count == 0 ? null : (others.Keys.First(), None, Part(others.Values.First(), 0));
    }

    private static bool IsLonger(CheckpointFact ours, CheckpointFact? other) =>
        ours.Name == nameof(DescentOptions.NumberOfEpochs) && int.TryParse(ours.Value, CultureInfo.InvariantCulture, out int epochs) && int.TryParse(other?.Value, CultureInfo.InvariantCulture, out int before) && epochs >= before;

    /// <summary>A value as far as a message has room: from shortly before the difference where that lies behind it.</summary>
    private static string Part(string value, int same) => same < Excerpt.MessageLength / 2 ? Excerpt.Of(value, Excerpt.MessageLength) : $"… {Excerpt.Of(value[(same - (Excerpt.MessageLength / 4))..], Excerpt.MessageLength)}";

    private static string Tell(CheckpointFact fact, string there, string here, bool mayBeLonger)
    {
        int same = there.AsSpan().CommonPrefixLength(here);
        (there, here) = (Part(there, same), Part(here, same));
        string why = fact.Name == nameof(DescentOptions.NumberOfEpochs) ? mayBeLonger ? ", and it can be raised only" : ", on which rates or members depend" : "";
        return fact.IsOption ? $"it was written with {fact.Name} = {there}, the trainer has {here}{why}" : $"its {fact.Name} is {there}, that of this fit {here}";
    }
}

/// <summary>One of the facts.</summary>
/// <param name="Name">Its name, each once.</param>
/// <param name="Value">Its value.</param>
/// <param name="IsOption">Whether it is an option of the trainer.</param>
internal sealed record CheckpointFact(string Name, string Value, bool IsOption);
