using static MLNet.GradientTrainers.Kernels.Tests.TrainingFixture;

namespace MLNet.GradientTrainers.Kernels.Tests;

/// <summary>Augmented images, and images stored as height, width, channels.</summary>
[TestClass]
public sealed class DataAugmentationTests
{
    private static readonly TensorShape s_shape = new(2, 6, 5);

    private static readonly ImageAugmentation s_everything =
        new() { Shift = 2, Rotation = 20, Scale = 0.2, HorizontalFlip = true, Noise = 0.1, Cutout = 2, FillValue = -1 };

    /// <summary>Equal seed, epoch and row give equal images in any order and company; others give others.</summary>
    [TestMethod]
    public void ImagesDependOnSeedEpochAndRowAlone()
    {
        AugmentedRows rows = new(Images(20), s_shape, s_everything, seed: 7);
        float[] all = ReadRows(rows.ForEpoch(3), [.. Enumerable.Range(0, 20)]);
        float[] backwards = ReadRows(rows.ForEpoch(3), [.. Enumerable.Range(0, 20).Reverse()]);
        for (int i = 0; i < 20; i++)
        {
            AssertSameBits(all.AsSpan(i * 60, 60), backwards.AsSpan((19 - i) * 60, 60));
            AssertSameBits(all.AsSpan(i * 60, 60), ReadRows(rows.ForEpoch(3), i));
        }

        CollectionAssert.AreNotEqual(all, ReadRows(rows.ForEpoch(4), [.. Enumerable.Range(0, 20)]));
        CollectionAssert.AreNotEqual(all, ReadRows(new AugmentedRows(Images(20), s_shape, s_everything, seed: 8).ForEpoch(3), [.. Enumerable.Range(0, 20)]));
        CollectionAssert.AreNotEqual(ReadRows(rows, 0), all[..60]);
        CollectionAssert.AreEqual(ReadRows(Images(20), 4), ReadRows(rows, 4));
    }

    /// <summary>Rows chosen from augmented ones, and images turned to channels first, change from epoch to epoch too.</summary>
    [TestMethod]
    public void AdaptersPassTheEpochOn()
    {
        AugmentedRows rows = new(Images(20), s_shape, s_everything, seed: 7);
        Subset subset = new(rows, [5, 9, 2]);
        CollectionAssert.AreEqual(ReadRows(rows.ForEpoch(2), 9), ReadRows(subset.ForEpoch(2), 1));
        CollectionAssert.AreEqual(ReadRows(rows, 9), ReadRows(subset, 1));
        Subset plain = new(Images(3), [1]);
        Assert.AreSame(plain, plain.ForEpoch(1));

        ChannelsLastRows turned = new(rows, s_shape);
        CollectionAssert.AreEqual(ReadRows(new ChannelsLastRows(rows.ForEpoch(2), s_shape), 9), ReadRows(turned.ForEpoch(2), 9));
    }

    [TestMethod]
    public void NothingAskedChangesNothing()
    {
        AugmentedRows rows = new(Images(5), s_shape, ImageAugmentation.None, seed: 1);
        CollectionAssert.AreEqual(ReadRows(Images(5), 0, 1, 2, 3, 4), ReadRows(rows.ForEpoch(1), 0, 1, 2, 3, 4));
    }

    /// <summary>A shift moves whole pixels, all channels alike, by every amount up to the largest.</summary>
    [TestMethod]
    public void ShiftMovesWholePixels()
    {
        AugmentedRows rows = new(Images(200), s_shape, new ImageAugmentation { Shift = 1, FillValue = -9 }, seed: 1);
        HashSet<(int, int)> seen = [];
        for (int row = 0; row < 200; row++)
        {
            float[] image = ReadRows(Images(200), row);
            float[] shifted = ReadRows(rows.ForEpoch(1), row);
            List<(int, int)> fitting = [.. from dy in Enumerable.Range(-1, 3) from dx in Enumerable.Range(-1, 3) where shifted.SequenceEqual(Shifted(image, dx, dy, -9)) select (dx, dy)];
            Assert.HasCount(1, fitting);
            seen.Add(fitting[0]);
        }

        Assert.HasCount(9, seen);
    }

    /// <summary>Without a fill value, what comes from outside is the nearest pixel of the border.</summary>
    [TestMethod]
    public void AShiftGoesOnWithTheBorder()
    {
        AugmentedRows rows = new(Images(100), s_shape, new ImageAugmentation { Shift = 2 }, seed: 1);
        HashSet<(int, int)> seen = [];
        for (int row = 0; row < 100; row++)
        {
            float[] image = ReadRows(Images(100), row);
            float[] shifted = ReadRows(rows.ForEpoch(1), row);
            List<(int, int)> fitting = [.. from dy in Enumerable.Range(-2, 5) from dx in Enumerable.Range(-2, 5) where shifted.SequenceEqual(Shifted(image, dx, dy, null)) select (dx, dy)];
            Assert.HasCount(1, fitting);
            seen.Add(fitting[0]);
        }

        Assert.HasCount(25, seen);
    }

    /// <summary>Turned by any angle and made smaller, an image of two flat channels stays one; a fill value comes in from the corners.</summary>
    [TestMethod]
    public void AFlatImageStaysFlat()
    {
        DenseRows flat = new([.. Enumerable.Repeat(3f, 30), .. Enumerable.Repeat(-5f, 30)], 60);
        ImageAugmentation turned = new() { Shift = 5, Rotation = 180, Scale = 0.9 };
        for (int epoch = 1; epoch <= 20; epoch++)
        {
            CollectionAssert.AreEqual(ReadRows(flat, 0), ReadRows(new AugmentedRows(flat, s_shape, turned, seed: 1).ForEpoch(epoch), 0));
        }

        CollectionAssert.Contains(ReadRows(new AugmentedRows(flat, s_shape, turned with { FillValue = 7 }, seed: 1).ForEpoch(1), 0), 7f);
    }

    /// <summary>Without a fill value, the mean of each channel fills what is cut out, so that the mean stays.</summary>
    [TestMethod]
    public void CutoutFillsWithTheMean()
    {
        float[] channels = [.. Enumerable.Repeat(1f, 15), .. Enumerable.Repeat(3f, 15), .. Enumerable.Repeat(-4f, 15), .. Enumerable.Repeat(0f, 15)];
        float[] cut = ReadRows(new AugmentedRows(new DenseRows(channels, 60), s_shape, new ImageAugmentation { Cutout = 3 }, seed: 1).ForEpoch(1), 0);
        int[] places = [.. Enumerable.Range(0, 60).Where(i => cut[i] != channels[i])];
        Assert.IsInRange(8, 18, places.Length);
        Assert.IsTrue(places.All(i => cut[i] == (i < 30 ? 2 : -2)));
    }

    /// <summary>About half of the images are mirrored, exactly.</summary>
    [TestMethod]
    public void FlipMirrorsHalf()
    {
        AugmentedRows rows = new(Images(400), s_shape, new ImageAugmentation { HorizontalFlip = true }, seed: 1);
        int flipped = 0;
        for (int row = 0; row < 400; row++)
        {
            float[] image = ReadRows(Images(400), row);
            float[] result = ReadRows(rows.ForEpoch(1), row);
            float[] mirrored = [.. image.Chunk(5).SelectMany(line => line.Reverse())];
            Assert.IsTrue(result.SequenceEqual(image) || result.SequenceEqual(mirrored), $"row {row}");
            flipped += result.SequenceEqual(mirrored) ? 1 : 0;
        }

        Assert.IsInRange(150, 250, flipped);
    }

    /// <summary>A ramp stays a ramp under rotation and scale: its slope turns by the angle and shrinks by the factor, within the limits.</summary>
    [TestMethod]
    public void RotationAndScaleTurnARamp()
    {
        const int Side = 41;
        TensorShape shape = new(1, Side, Side);
        float[] ramp = [.. Enumerable.Range(0, Side * Side).Select(i => (float)(i % Side))];
        DenseRows one = new([.. Enumerable.Repeat(ramp, 100).SelectMany(r => r)], ramp.Length);
        IRowSource<float> rows = new AugmentedRows(one, shape, new ImageAugmentation { Rotation = 30, Scale = 0.25 }, seed: 3).ForEpoch(1);
        double largestAngle = 0;
        double largestFactor = 0;
        for (int row = 0; row < 100; row++)
        {
            float[] image = ReadRows(rows, row);
            double right = Value(image, 25, 20) - Value(image, 15, 20);
            double down = Value(image, 20, 25) - Value(image, 20, 15);
            double angle = Math.Abs(Math.Atan2(down, right)) * 180 / Math.PI;
            double factor = 10 / Math.Sqrt((right * right) + (down * down));
            Assert.AreEqual(20, Value(image, 20, 20), 1e-4);
            Assert.IsInRange(0, 30.01, angle);
            Assert.IsInRange(0.749, 1.251, factor);
            largestAngle = Math.Max(largestAngle, angle);
            largestFactor = Math.Max(largestFactor, factor);
        }

        Assert.IsGreaterThan(25, largestAngle);
        Assert.IsGreaterThan(1.2, largestFactor);

        static float Value(float[] image, int x, int y) => image[(y * Side) + x];
    }

    [TestMethod]
    public void NoiseHasItsDeviation()
    {
        DenseRows zeros = new(new float[300 * 60], 60);
        float[] noisy = ReadRows(new AugmentedRows(zeros, s_shape, new ImageAugmentation { Noise = 0.5 }, seed: 1).ForEpoch(1), [.. Enumerable.Range(0, 300)]);
        Assert.AreEqual(0, noisy.Average(), 0.02);
        Assert.AreEqual(0.25, noisy.Select(v => v * v).Average(), 0.02);
        Assert.IsGreaterThan(noisy.Length - 10, noisy.Distinct().Count());
    }

    /// <summary>The cut square has the wanted side, or less at a border, in all channels at the same place.</summary>
    [TestMethod]
    public void CutoutCutsOneSquare()
    {
        DenseRows ones = new([.. Enumerable.Repeat(1f, 200 * 60)], 60);
        IRowSource<float> rows = new AugmentedRows(ones, s_shape, new ImageAugmentation { Cutout = 3, FillValue = -4 }, seed: 1).ForEpoch(1);
        HashSet<int> sizes = [];
        for (int row = 0; row < 200; row++)
        {
            float[] image = ReadRows(rows, row);
            CollectionAssert.AreEqual(image[..30], image[30..]);
            int[] cut = [.. Enumerable.Range(0, 30).Where(i => image[i] == -4)];
            Assert.AreEqual(30 - cut.Length, image[..30].Count(v => v == 1));
            int height = cut.Max(i => i / 5) - cut.Min(i => i / 5) + 1;
            int width = cut.Max(i => i % 5) - cut.Min(i => i % 5) + 1;
            Assert.AreEqual(height * width, cut.Length);
            Assert.IsTrue(height <= 3 && width <= 3);
            sizes.Add(cut.Length);
        }

        CollectionAssert.AreEquivalent(new[] { 4, 6, 9 }, sizes.ToArray());
    }

    [TestMethod]
    public void ChannelsLastIsTurned()
    {
        DenseRows stored = new([1, 10, 2, 20, 3, 30, 4, 40], 8);
        CollectionAssert.AreEqual(new float[] { 1, 2, 3, 4, 10, 20, 30, 40 }, ReadRows(new ChannelsLastRows(stored, new TensorShape(2, 2, 2)), 0));
    }

    [TestMethod]
    public void WrongShapesAndSettingsAreRefused()
    {
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => new ChannelsLastRows(Images(1), new TensorShape(2, 6, 6))).Message, "have 72 numbers, but the rows have 60");
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => new AugmentedRows(Images(1), new TensorShape(60), s_everything, 1)).Message, "[channels, height, width], not [60]");
        foreach (ImageAugmentation wrong in new ImageAugmentation[]
        {
            new() { Shift = -1 }, new() { Rotation = 181 }, new() { Rotation = -1 }, new() { Scale = 1 }, new() { Noise = -1 }, new() { Cutout = -1 }, new() { FillValue = double.NaN },
        })
        {
            Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new AugmentedRows(Images(1), s_shape, wrong, 1), wrong.ToString());
        }
    }

    private static DenseRows Images(int count) => new(BackendCases.Numbers(count * 60, 11), 60);

    private static float[] Shifted(float[] image, int dx, int dy, float? fill)
    {
        float[] result = new float[image.Length];
        for (int i = 0; i < image.Length; i++)
        {
            int x = (i % 5) - dx;
            int y = (i / 5 % 6) - dy;
            int nearest = (i / 30 * 30) + (Math.Clamp(y, 0, 5) * 5) + Math.Clamp(x, 0, 4);
            result[i] = x is >= 0 and < 5 && y is >= 0 and < 6 ? image[nearest] : fill ?? image[nearest];
        }

        return result;
    }
}
