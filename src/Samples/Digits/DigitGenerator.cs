using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers.Samples.Digits;

/// <summary>
/// Draws the synthetic digits of the folder data: 6,000 for training and 1,000 for testing, in MNIST's format. The same seed
/// gives the same bytes on every machine and runtime.
/// </summary>
public static class DigitGenerator
{
    /// <summary>The seed of the files in the folder data.</summary>
    public const ulong DefaultSeed = 28;

    /// <summary>Images in the training files, a tenth of them of each digit.</summary>
    public const int TrainingCount = 6000;

    /// <summary>Images in the test files, a tenth of them of each digit.</summary>
    public const int TestCount = 1000;

    /// <summary>Writes the four files, once all are drawn; existing ones are replaced.</summary>
    /// <param name="directory">The folder; made when absent.</param>
    /// <param name="seed">Seed of all choices.</param>
    /// <param name="cancellationToken">Ends the drawing; no file is written then.</param>
    public static void Write(string directory, ulong seed = DefaultSeed, CancellationToken cancellationToken = default)
    {
        Directory.CreateDirectory(directory);
        var random = new RandomSource(seed);
        DigitFiles files = DigitFiles.In(directory);
        var train = Draw(TrainingCount, random.Fork(), cancellationToken);
        var test = Draw(TestCount, random.Fork(), cancellationToken);
        Write(files.TrainImages, files.TrainLabels, train);
        Write(files.TestImages, files.TestLabels, test);
    }

    private static (byte[] Images, byte[] Labels) Draw(int count, RandomSource random, CancellationToken cancellationToken)
    {
        const int Length = DigitPainter.Size * DigitPainter.Size;
        int[] order = [.. Enumerable.Range(0, count)];
        random.Shuffle(order);

        var labels = new byte[count];
        var images = new byte[count * Length];
        var painter = new DigitPainter();
        for (int i = 0; i < count; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            labels[i] = (byte)(order[i] % 10);
            painter.Draw(labels[i], random.Fork(), images.AsSpan(i * Length, Length));
        }

        return (images, labels);
    }

    private static void Write(string imagesPath, string labelsPath, (byte[] Images, byte[] Labels) drawn)
    {
        IdxFile.Write(imagesPath, [drawn.Labels.Length, DigitPainter.Size, DigitPainter.Size], drawn.Images);
        IdxFile.Write(labelsPath, [drawn.Labels.Length], drawn.Labels);
    }
}
