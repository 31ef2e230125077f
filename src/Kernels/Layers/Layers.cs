namespace MLNet.GradientTrainers.Kernels;

/// <summary>The registry of the layers: the one list that names, files and menus derive from.</summary>
public static class Layers
{
    /// <summary>One of each kind, with its default settings (a dense layer has one unit, an activation layer a ReLU).</summary>
    public static IReadOnlyList<Layer> All => Registry.All;

    internal static Registry<Layer> Registry { get; } = new(
        "layer",
        new Dense(1),
        new ActivationLayer(new ReLU()),
        new Dropout(),
        new SoftmaxLayer());

    /// <summary>The one of a name, with its default settings (a dense layer has one unit, an activation layer a ReLU); change them by <c>with</c>.</summary>
    /// <param name="name">A name of <see cref="All"/>; case does not matter.</param>
    /// <exception cref="ArgumentException">The name is unknown; the message lists the known ones.</exception>
    public static Layer Create(string name) => Registry.Create(name);
}
