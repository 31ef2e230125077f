using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers;

public static partial class Cnn
{
    /// <summary>
    /// LeNet-5 for images of 28 × 28 or 32 × 32: two convolutions of 5 × 5 with tanh and mean pooling, two hidden dense layers. 61,706 weights for ten classes on 28 × 28.
    /// </summary>
    /// <remarks>Y. LeCun et al., "Gradient-based learning applied to document recognition", 1998; with all connections between the two convolutions, and softmax at the end.</remarks>
    public static IReadOnlyList<Layer> LeNet5 { get; } = Array.AsReadOnly(
    [
        Conv2D(6, 5, padding: 2), Tanh(), AveragePool(2),
        Conv2D(16, 5), Tanh(), AveragePool(2),
        Flatten(),
        Dense(120), Tanh(),
        Dense(84), Tanh(),
    ]);

    /// <summary>
    /// The default: three blocks of convolution, batch normalization, ReLU and max-pooling with 32, 64 and 128 filters, then dropout. For images from 8 × 8 on; made for MNIST's.
    /// </summary>
    public static IReadOnlyList<Layer> Small { get; } = Array.AsReadOnly(
    [
        Conv2D(32, 5, padding: 2, useBias: false), BatchNorm(), ReLU(), MaxPool(2),
        Conv2D(64, 3, padding: 1, useBias: false), BatchNorm(), ReLU(), MaxPool(2),
        Conv2D(128, 3, padding: 1, useBias: false), BatchNorm(), ReLU(), MaxPool(2),
        Flatten(),
        Dropout(0.3),
    ]);

    /// <summary>A residual network of eight layers with weights for small colour images such as CIFAR-10's: 16, 32 and 64 filters, then the mean of each channel.</summary>
    /// <remarks>K. He et al., "Deep residual learning for image recognition", 2016, with one block of each width (as in the MLPerf Tiny benchmark) and batch normalization.</remarks>
    public static IReadOnlyList<Layer> ResNet8 { get; } = Array.AsReadOnly(
    [
        Conv2D(16, 3, padding: 1, useBias: false), BatchNorm(), ReLU(),
        Residual(Block(16, 1), activation: new ReLU()),
        Residual(Block(32, 2), [Conv2D(32, 1, stride: 2, useBias: false), BatchNorm()], new ReLU()),
        Residual(Block(64, 2), [Conv2D(64, 1, stride: 2, useBias: false), BatchNorm()], new ReLU()),
        GlobalAveragePool(),
    ]);

    private static Layer[] Block(int filters, int stride) =>
    [
        Conv2D(filters, 3, stride: stride, padding: 1, useBias: false), BatchNorm(), ReLU(),
        Conv2D(filters, 3, padding: 1, useBias: false), BatchNorm(),
    ];
}
