using MLNet.GradientTrainers.DigitService.Images;
using MLNet.GradientTrainers.DigitService.Tests.Drawing;

namespace MLNet.GradientTrainers.DigitService.Tests.Images;

[TestClass]
public sealed class DigitNormalizerTests
{
    private const int Size = DigitNormalizer.Size;

    [TestMethod]
    [DataRow(40, 0)]
    [DataRow(160, 3)]
    [DataRow(500, 7)]
    public void TheLongerSideIsTwentyPixelsAndTheMassIsInTheMiddle(int side, int digit)
    {
        float[] image = Normalized(InkPen.Ink(DrawnDigit.Of(digit, 1), side), side);
        var box = new InkImage(Size, Size, image).Box()!.Value;
        Assert.AreEqual(20, Math.Max(box.Width, box.Height), 1);
        double sum = image.Sum();
        double x = image.Select((ink, i) => ink * ((i % Size) + 0.5)).Sum() / sum;
        double y = image.Select((ink, i) => ink * ((i / Size) + 0.5)).Sum() / sum;
        Assert.AreEqual(14, x, 0.75, "To whole pixels.");
        Assert.AreEqual(14, y, 0.75, "To whole pixels.");
        Assert.AreEqual(1, image.Max());
    }

    [TestMethod]
    public void PlaceAndSizeOfWhatIsWrittenDoNotMatter()
    {
        float[] drawn = InkPen.Ink(DrawnDigit.Of(5, 2), 100);
        float[] sheet = new float[400 * 400];
        for (int i = 0; i < sheet.Length; i++)
        {
            // Twice as large, in the lower right.
            (int y, int x) = Math.DivRem(i, 400);
            sheet[i] = y >= 190 && x >= 190 && y < 390 && x < 390 ? drawn[((y - 190) / 2 * 100) + ((x - 190) / 2)] : 0;
        }

        float[] small = Normalized(drawn, 100);
        float[] large = Normalized(sheet, 400);
        Assert.IsLessThan(0.15f, small.Zip(large, (a, b) => Math.Abs(a - b)).Max());
    }

    [TestMethod]
    public void AnImageThatIsMadeSoComesOutAsItWentIn()
    {
        float[] once = Normalized(InkPen.Ink(DrawnDigit.Of(8, 0), 120), 120);
        float[] twice = Normalized(once, Size);
        Assert.IsLessThan(0.3f, once.Zip(twice, (a, b) => Math.Abs(a - b)).Average());
        byte[] real = File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "data", "digits-test-images-idx3-ubyte"));
        Assert.IsNotNull(DigitNormalizer.Normalize(new InkImage(Size, Size, Array.ConvertAll(real[16..(16 + (Size * Size))], pixel => pixel / 255f))));
    }

    [TestMethod]
    public void ADotStaysADotAndBlankPaperIsNothing()
    {
        float[] dot = new float[100 * 100];
        dot[5050] = 1;
        Assert.IsLessThan(30, Normalized(dot, 100).Count(ink => ink > 0.1f));
        Assert.IsNull(DigitNormalizer.Normalize(new InkImage(100, 100, new float[10_000])));
        Assert.IsNotNull(DigitNormalizer.Normalize(new InkImage(1, 1, [1])));
    }

    private static float[] Normalized(float[] ink, int side) => DigitNormalizer.Normalize(new InkImage(side, ink.Length / side, ink))!;
}
