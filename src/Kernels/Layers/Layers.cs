namespace MLNet.GradientTrainers.Kernels;

/// <summary>The registry of the layers: the one list that names, files and menus derive from.</summary>
public static class Layers
{
    /// <summary>One of each kind, with its default settings (one unit or filter, a kernel of 3, windows and bins of 2, a ReLU).</summary>
    public static IReadOnlyList<Layer> All => Registry.All;

    internal static Registry<Layer> Registry { get; } = new(
        "layer",
        new Dense(1),
        new ActivationLayer(new ReLU()),
        new Dropout(),
        new SoftmaxLayer(),
        new Convolution2D(1, 3),
        new MaxPooling2D(2),
        new AveragePooling2D(2),
        new GlobalAveragePooling2D(),
        new Flatten(),
        new BatchNormalization(),
        new LayerNormalization(),
        new SpatialDropout(),
        new Residual([new ActivationLayer(new ReLU())]),
        new Normalization(),
        new PiecewiseLinearEncoding(2),
        new Ensemble([new ActivationLayer(new ReLU())], 1));

    /// <summary>The one of a name, with its default settings (one unit or filter, a kernel of 3, windows and bins of 2, a ReLU); change them by <c>with</c>.</summary>
    /// <param name="name">A name of <see cref="All"/>; case does not matter.</param>
    /// <exception cref="ArgumentException">The name is unknown; the message lists the known ones.</exception>
    public static Layer Create(string name) => Registry.Create(name);
}
