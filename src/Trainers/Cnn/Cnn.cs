using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers;

/// <summary>
/// The words of a convolutional network, for a list that reads like the network:
/// <c>using static MLNet.GradientTrainers.Cnn;</c>, then <c>Layers = [Conv2D(32, 5, padding: 2), ReLU(), MaxPool(2), Flatten(), Dense(128), ReLU()]</c>.
/// </summary>
/// <remarks>Each makes a layer of the engine, whose description says the formula, shapes and ranges. Sizes may be one number, or (height, width).</remarks>
public static partial class Cnn
{
    /// <summary>A convolution: [channels, height, width] becomes [filters, …], see <see cref="Convolution2D"/>.</summary>
    /// <param name="filters">Channels of the output, at least 1.</param>
    /// <param name="kernel">Height and width of a filter, at least 1.</param>
    /// <param name="stride">Pixels from one output to the next, at least 1; 1 when null.</param>
    /// <param name="padding">Zeros on each side; (kernel − 1) / 2 keeps the size for an odd kernel at stride 1. The default is 0.</param>
    /// <param name="dilation">Pixels from one tap of a filter to the next, at least 1; 1 when null.</param>
    /// <param name="groups">Groups of channels that do not see each other; as many as there are channels for a depthwise convolution.</param>
    /// <param name="useBias">False leaves the bias out, as when <see cref="BatchNorm"/> follows.</param>
    public static Layer Conv2D(int filters, Size2D kernel, Size2D? stride = null, Size2D padding = default, Size2D? dilation = null, int groups = 1, bool useBias = true) =>
        new Convolution2D(filters, kernel, padding: padding, groups: groups, useBias: useBias) { Stride = stride ?? 1, Dilation = dilation ?? 1 };

    /// <summary>The largest value of each window, see <see cref="MaxPooling2D"/>.</summary>
    /// <param name="kernel">Height and width of a window, at least 1.</param>
    /// <param name="stride">Pixels from one window to the next, at least 1; the kernel when null: windows side by side.</param>
    /// <param name="padding">Pixels on each side that windows may reach into, below the kernel.</param>
    public static Layer MaxPool(Size2D kernel, Size2D? stride = null, Size2D padding = default) => new MaxPooling2D(kernel, padding: padding) { Stride = stride ?? kernel };

    /// <summary>The mean of each window, see <see cref="AveragePooling2D"/>.</summary>
    /// <inheritdoc cref="MaxPool" path="/param"/>
    public static Layer AveragePool(Size2D kernel, Size2D? stride = null, Size2D padding = default) => new AveragePooling2D(kernel, padding: padding) { Stride = stride ?? kernel };

    /// <summary>The mean of each channel: [channels, height, width] becomes [channels].</summary>
    public static Layer GlobalAveragePool() => new GlobalAveragePooling2D();

    /// <summary>Makes an image flat, as <see cref="Dense"/> needs it.</summary>
    public static Layer Flatten() => new Flatten();

    /// <summary>A fully connected layer of a flat input, see <see cref="Kernels.Dense"/>.</summary>
    /// <param name="units">Outputs, at least 1.</param>
    /// <param name="useBias">False leaves the bias out.</param>
    public static Layer Dense(int units, bool useBias = true) => new Dense(units, useBias: useBias);

    /// <summary>max(0, x).</summary>
    public static Layer ReLU() => Activation(new ReLU());

    /// <summary>x where it is above 0, else slope · x.</summary>
    /// <param name="slope">At least 0.</param>
    public static Layer LeakyReLU(double slope = 0.01) => Activation(new LeakyReLU(slope));

    /// <summary>The hyperbolic tangent.</summary>
    public static Layer Tanh() => Activation(new Tanh());

    /// <summary>1 / (1 + e⁻ˣ).</summary>
    public static Layer Sigmoid() => Activation(new Sigmoid());

    /// <summary>Any activation of the engine, for example <c>Activation(new GELU())</c>.</summary>
    /// <param name="function">The function of each value.</param>
    public static Layer Activation(Activation function) => new ActivationLayer(function);

    /// <summary>Batch normalization of the channels of an image, or of the features of a flat input, see <see cref="BatchNormalization"/>. Of a flat input it needs batches of at least two rows; a last batch of one row is left out.</summary>
    /// <param name="momentum">Weight of the newest batch in the running statistics, in (0, 1].</param>
    public static Layer BatchNorm(double momentum = 0.1) => new BatchNormalization(momentum);

    /// <summary>Layer normalization of each row, see <see cref="LayerNormalization"/>.</summary>
    public static Layer LayerNorm() => new LayerNormalization();

    /// <summary>In training, sets values to 0.</summary>
    /// <param name="rate">Probability, in [0, 1).</param>
    public static Layer Dropout(double rate = 0.5) => new Dropout(rate);

    /// <summary>In training, sets whole channels of an image to 0.</summary>
    /// <param name="rate">Probability, in [0, 1).</param>
    public static Layer SpatialDropout(double rate = 0.5) => new SpatialDropout(rate);

    /// <summary>A block with a skip connection, act(F(x) + P(x)), see <see cref="Kernels.Residual"/>.</summary>
    /// <param name="layers">F: one or more layers.</param>
    /// <param name="projection">P: null when F keeps the shape, else layers that give F's shape, such as <c>[Conv2D(32, 1, stride: 2)]</c>.</param>
    /// <param name="activation">act; null for none.</param>
    public static Layer Residual(IReadOnlyList<Layer> layers, IReadOnlyList<Layer>? projection = null, Activation? activation = null) => new Residual(layers, projection, activation);
}
