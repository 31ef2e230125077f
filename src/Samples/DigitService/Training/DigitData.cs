using System.Globalization;
using Microsoft.ML;
using MLNet.GradientTrainers.DigitService.Images;
using MLNet.GradientTrainers.DigitService.Models;

namespace MLNet.GradientTrainers.DigitService.Training;

/// <summary>
/// The digits that come with the program: 6,000 drawn by the samples' generator, and 1,500 written by hand, in 8 × 8 pixels, of which there are few but which no generator thought of.
/// Held out are 1,000 drawn ones and 297 written ones. All are made as those of MNIST are, by the same code that later makes what people draw.
/// </summary>
internal sealed class DigitData
{
    private const int WrittenSide = 8;
    private const float WrittenInk = 16;
    private const int Sixth = 6;

    private DigitData(IReadOnlyList<DigitRow> train, IReadOnlyList<DigitRow> heldOut) => (Train, HeldOut) = (train, heldOut);

    /// <summary>Rows to learn from, mixed.</summary>
    public IReadOnlyList<DigitRow> Train { get; }

    /// <summary>Rows to measure with.</summary>
    public IReadOnlyList<DigitRow> HeldOut { get; }

    /// <summary>Reads the files beside the program.</summary>
    /// <param name="most">Rows to learn from at most; null for all.</param>
    public static DigitData Load(int? most)
    {
        string folder = Path.Combine(AppContext.BaseDirectory, "data");
        DigitRow[] written = [.. Written(Path.Combine(folder, "real", "digits8x8.csv"))];
        DigitRow[] train = [.. Drawn(folder, "train"), .. written.Where((_, i) => i % Sixth != 0)];
        new Random(1).Shuffle(train);
        return new DigitData([.. train.Take(most ?? train.Length)], [.. Drawn(folder, "test"), .. written.Where((_, i) => i % Sixth == 0)]);
    }

    private static IEnumerable<DigitRow> Drawn(string folder, string part)
    {
        var context = new MLContext();
        var data = context.Data.LoadFromIdx(Path.Combine(folder, $"digits-{part}-images-idx3-ubyte"), Path.Combine(folder, $"digits-{part}-labels-idx1-ubyte"));

        // It gives keys as numbers from 1.
        return context.Data.CreateEnumerable<DigitRow>(data, reuseRowObject: false).Select(row => Row(row.Features, DigitNormalizer.Size, byte.MaxValue, row.Label - 1));
    }

    private static IEnumerable<DigitRow> Written(string path) => File.ReadLines(path).Select(line =>
    {
        float[] numbers = Array.ConvertAll(line.Split(','), text => float.Parse(text, CultureInfo.InvariantCulture));
        return Row(numbers[1..], WrittenSide, WrittenInk, (uint)numbers[0]);
    });

    private static DigitRow Row(float[] pixels, int side, float full, uint digit) => new()
    {
        Features = DigitNormalizer.Normalize(new InkImage(side, side, Array.ConvertAll(pixels, pixel => pixel / full))) ?? throw new InvalidDataException("An embedded digit is blank."),
        Label = digit,
    };
}
