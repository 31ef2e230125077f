using System.Globalization;
using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers;

/// <summary>What is wrong where a ready list of layers can't take images: its layers' numbers say nothing to a user, who has not written them.</summary>
internal static class CnnPresets
{
    private const int LargestSide = 256;

    /// <summary>The problem and its mend; null for a list of the user's own.</summary>
    public static string? Problem(IReadOnlyList<Layer> layers, TensorShape images)
    {
        string? name = layers switch
        {
            _ when layers.SequenceEqual(Cnn.Small) => $"{nameof(Cnn)}.{nameof(Cnn.Small)}, the default,",
            _ when layers.SequenceEqual(Cnn.LeNet5) => $"{nameof(Cnn)}.{nameof(Cnn.LeNet5)}",
            _ when layers.SequenceEqual(Cnn.ResNet8) => $"{nameof(Cnn)}.{nameof(Cnn.ResNet8)}",
            _ => null,
        };
        if (name is null)
        {
            return null;
        }

        int side = Enumerable.Range(1, LargestSide).FirstOrDefault(side => Takes(layers, new TensorShape(images[0], side, side)));
        return Math.Min(images[1], images[2]) < side
            ? string.Create(CultureInfo.InvariantCulture, $"{name} needs images of at least {side} × {side} pixels. Enlarge them, or give Layers of your own, for example [Cnn.Conv2D(32, 3, padding: 1), Cnn.ReLU(), Cnn.Flatten()].")
            : string.Create(CultureInfo.InvariantCulture, $"{name} would need more numbers than can be counted. Give smaller images, or Layers of your own.");
    }

    private static bool Takes(IReadOnlyList<Layer> layers, TensorShape images)
    {
        try
        {
            _ = new NetworkDefinition(images, layers);
            return true;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }
}
