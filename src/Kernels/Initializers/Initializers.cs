namespace MLNet.GradientTrainers.Kernels;

/// <summary>The registry of the initializers: the one list that names, files and menus derive from.</summary>
public static class Initializers
{
    /// <summary>One of each kind, with its default settings.</summary>
    public static IReadOnlyList<Initializer> All => Registry.All;

    internal static Registry<Initializer> Registry { get; } = new(
        "initializer",
        new GlorotUniform(),
        new GlorotNormal(),
        new HeUniform(),
        new HeNormal(),
        new LeCunUniform(),
        new LeCunNormal(),
        new PyTorchUniform(),
        new Orthogonal(),
        new Uniform(),
        new Normal(),
        new Constant(),
        new Zeros());

    /// <summary>The one of a name, with its default settings; change them by <c>with</c>.</summary>
    /// <param name="name">A name of <see cref="All"/>; case does not matter.</param>
    /// <exception cref="ArgumentException">The name is unknown; the message lists the known ones.</exception>
    public static Initializer Create(string name) => Registry.Create(name);
}
