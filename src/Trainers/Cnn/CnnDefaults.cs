using System.Globalization;
using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers;

/// <summary>What a <see cref="CnnTrainer"/> chooses where its options are null. docs/defaults.md has the measurements behind the numbers.</summary>
internal static class CnnDefaults
{
    /// <summary>Of <see cref="Adam"/>, twice its own, with <see cref="CosineAnnealing"/>, which ends at 0.</summary>
    public const double LearningRate = 0.002;

    private const int SmallestBatch = 8;
    private const int LargestBatch = 64;
    private const int FewestEpochs = 10;
    private const int MostEpochs = 100;

    /// <summary>The largest shift is the shorter side by this.</summary>
    private const int SideByShift = 10;

    /// <summary>
    /// √rows, from 8 to 64, so that few rows still make many updates; as many more as leave a last batch that is at least half full, for a row or two have no statistics.
    /// </summary>
    public static int BatchSize(int rows)
    {
        int size = Math.Min(rows, Math.Clamp((int)Math.Round(Math.Sqrt(rows)), SmallestBatch, LargestBatch));
        while (rows % size > 0 && 2 * (rows % size) < size)
        {
            size++;
        }

        return size;
    }

    /// <summary>200 / rows^0.3, from 100 down to 10: ten times the rows are half the passes, and so five times the images.</summary>
    public static int Epochs(int rows) => Math.Clamp((int)Math.Round(200 / Math.Pow(rows, 0.3)), FewestEpochs, MostEpochs);

    /// <summary>Shifts of up to a tenth of the shorter side, nothing below ten pixels. Turned, mirrored or recoloured, an image may be another class's.</summary>
    public static ImageAugmentation Augmentation(TensorShape images) => new() { Shift = Math.Min(images[1], images[2]) / SideByShift };

    /// <summary>What is chosen of it, as an option to copy, with the reason.</summary>
    public static string TellAugmentation(TensorShape images) => Augmentation(images).Shift is > 0 and var shift
        ? string.Create(CultureInfo.InvariantCulture, $"Chosen for images {images}: Augmentation = new ImageAugmentation {{ Shift = {shift} }}, a tenth of the shorter side. Images are neither rotated nor mirrored, which can turn one class into another (6 and 9, left and right): set Augmentation where it can't.")
        : $"Chosen for images {images}: Augmentation = ImageAugmentation.None, as they are too small to shift.";
}
