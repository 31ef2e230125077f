using System.Numerics;

namespace MLNet.GradientTrainers.Kernels;

/// <summary>
/// The two orders of an image's numbers: [channels, height, width] at the border (row sources, inputs and outputs of a network, flat layers), and
/// [height, width, channels] inside, where a pixel's channels lie side by side in one vector.
/// </summary>
internal static class BorderOrder
{
    /// <summary>Whether the two orders differ for a shape: an image with several channels and several pixels.</summary>
    public static bool Differs(TensorShape shape) => shape.Rank == 3 && shape[0] > 1 && shape[1] * shape[2] > 1;

    /// <summary>[height, width, channels] to [channels, height, width].</summary>
    public static void ToBorder<T>(IBackend<T> backend, TensorShape shape, Tensor<T> source, Tensor<T> destination, int rows)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        backend.TransposeEach(source, destination, rows, shape[1] * shape[2], shape[0]);

    /// <summary>[channels, height, width] to [height, width, channels].</summary>
    public static void FromBorder<T>(IBackend<T> backend, TensorShape shape, Tensor<T> source, Tensor<T> destination, int rows)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        backend.TransposeEach(source, destination, rows, shape[0], shape[1] * shape[2]);
}
