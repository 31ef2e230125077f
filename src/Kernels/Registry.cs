namespace MLNet.GradientTrainers.Kernels;

/// <summary>The members of one family by name. Everything that lists, parses or reads members derives from here.</summary>
/// <typeparam name="T">The family's base type.</typeparam>
internal sealed class Registry<T>
    where T : class, IDescription
{
    private readonly Dictionary<string, T> _members;
    private readonly Dictionary<string, T> _presets = new(StringComparer.OrdinalIgnoreCase);

    /// <param name="family">The family in words, for messages.</param>
    /// <param name="members">One of each kind, with its default settings.</param>
    public Registry(string family, params T[] members)
    {
        Family = family;
        All = Array.AsReadOnly(members);
        _members = members.ToDictionary(m => m.Name, StringComparer.OrdinalIgnoreCase);
    }

    public string Family { get; }

    public IReadOnlyList<T> All { get; }

    /// <summary>Gives a member with certain settings a name of its own to be created by; files know it by its kind.</summary>
    public T this[string preset]
    {
        init => _presets.Add(preset, value);
    }

    public T? Find(string name) => _members.GetValueOrDefault(name);

    public T Create(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return Find(name) ?? _presets.GetValueOrDefault(name) ?? throw new ArgumentException(Unknown(name, _presets.Keys), nameof(name));
    }

    /// <summary>What to say of a name that no member has, and none of <paramref name="others"/> either.</summary>
    public string Unknown(string name, params IEnumerable<string> others) =>
        $"There is no {Family} '{Excerpt.Of(name)}'. Known are: {string.Join(", ", All.Select(m => m.Name).Concat(others))}.";
}
