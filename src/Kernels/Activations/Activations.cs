namespace MLNet.GradientTrainers.Kernels;

/// <summary>The registry of the activations: the one list that names, files and menus derive from.</summary>
public static class Activations
{
    /// <summary>One of each kind, with its default settings.</summary>
    public static IReadOnlyList<Activation> All => Registry.All;

    internal static Registry<Activation> Registry { get; } = new(
        "activation",
        new Identity(),
        new ReLU(),
        new LeakyReLU(),
        new ELU(),
        new SELU(),
        new GELU(),
        new SiLU(),
        new Softplus(),
        new Sigmoid(),
        new Tanh(),
        new Asinh())
    {
        ["swish"] = new SiLU(),
    };

    /// <summary>The one of a name, with its default settings; change them by <c>with</c>.</summary>
    /// <param name="name">A name of <see cref="All"/>, or <c>swish</c> for <see cref="SiLU"/>. Case does not matter.</param>
    /// <exception cref="ArgumentException">The name is unknown; the message lists the known ones.</exception>
    public static Activation Create(string name) => Registry.Create(name);
}
