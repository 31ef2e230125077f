namespace MLNet.GradientTrainers.Kernels;

/// <summary>The registry of the losses: the one list that names, files and menus derive from.</summary>
public static class Losses
{
    /// <summary>One of each kind, with its default settings.</summary>
    public static IReadOnlyList<Loss> All => Registry.All;

    internal static Registry<Loss> Registry { get; } = new(
        "loss",
        new MeanSquaredError(),
        new MeanAbsoluteError(),
        new Huber(),
        new LogCosh(),
        new Quantile(),
        new Poisson(),
        new BinaryCrossEntropy(),
        new SoftmaxCrossEntropy());

    /// <summary>The one of a name, with its default settings; change them by <c>with</c>.</summary>
    /// <param name="name">A name of <see cref="All"/>; case does not matter.</param>
    /// <exception cref="ArgumentException">The name is unknown; the message lists the known ones.</exception>
    public static Loss Create(string name) => Registry.Create(name);
}
